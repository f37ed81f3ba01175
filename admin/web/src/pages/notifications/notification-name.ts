import type { Schemas } from '../../api/client'
import { alertObject, isObject } from './fields'

/** What a notification is known by. */
export function messageOf(notification: Schemas['Notification']): string {
  const { id, message, title, locPayload, payload, silent } = notification
  if (title !== '' && message !== '') return `${title}: ${message}`
  if (title !== '' || message !== '') return title || message
  const alert = locPayload ?? (isObject(payload?.['aps']) ? alertObject(payload['aps']['alert']) : {})
  const key = alert['loc-key'] ?? alert['title-loc-key']
  if (typeof key === 'string') return `${key} (localised)`
  return silent ? `${id} (silent)` : `${id} (no text)`
}

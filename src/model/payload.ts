import type { Json, JsonObject } from '../apns/index.js'
import type { NewNotification } from './notification.js'

/**
 * The JSON that Apple gets for a notification, compact. Its size is checked where it is sent.
 *
 * `payload` is taken as it is. Otherwise: `aps.alert` is the localisation data if there is any; else title and message,
 * as an object where there is a title and as plain text where there is none; `aps.badge` unless null (0 clears it);
 * `aps.sound` unless empty; `aps.content-available` 1 if silent; the custom keys beside `aps`.
 */
export function composePayload(notification: NewNotification): string {
  if (notification.payload) return JSON.stringify(notification.payload)
  const aps: Record<string, Json> = {}
  const alert = composeAlert(notification)
  if (alert !== undefined) aps['alert'] = alert
  if (notification.badge !== null && notification.badge !== undefined) aps['badge'] = notification.badge
  if (notification.sound) aps['sound'] = notification.sound
  if (notification.silent) aps['content-available'] = 1
  return JSON.stringify({ aps, ...notification.customPayload })
}

function composeAlert({ title, message, locPayload }: NewNotification): Json | undefined {
  if (locPayload) return locPayload
  if (title) return message ? { title, body: message } : { title }
  return message ? message : undefined
}

/**
 * The localisation data of an alert, for `locPayload`: every argument becomes a string, as Apple demands.
 *
 * @param locKey the key in the app's `Localizable.strings`
 * @param locArgs what takes the place of its `%@`
 * @param actionLocKey the key of the action button's text; absent: none
 */
export function locData(locKey: string, locArgs: readonly unknown[], actionLocKey?: string): JsonObject {
  return {
    'loc-key': locKey,
    'loc-args': locArgs.map(String),
    ...(actionLocKey !== undefined && { 'action-loc-key': actionLocKey }),
  }
}

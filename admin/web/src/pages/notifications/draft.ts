import type { Schemas } from '../../api/client'
import { localText } from '../../components/local-text'
import {
  type Fields,
  fieldsOf,
  inputOfFields,
  inputOfPayload,
  type JsonObject,
  noFields,
  parsedObject,
  payloadOf,
  pretty,
  storedPayload,
} from './fields'

/** Everything that the form of a notification holds. */
export type Draft = Fields & {
  service: number | null
  /** The whole payload as JSON, where the fields can't say it; empty: the fields say it. */
  json: string
  /** Empty: it follows from the payload. */
  pushType: string
  /** Empty: Apple's default. */
  priority: string
  collapseId: string
  /** How long Apple keeps it for a device that can't be reached; empty: as Apple likes. */
  expires: '' | 'once' | 'until'
  /** A local time such as `2026-12-01T09:00`; for `until`. */
  expiresAt: string
}

export const emptyDraft: Draft = {
  ...noFields,
  ...{ service: null, json: '', pushType: '', priority: '', collapseId: '', expires: '', expiresAt: '' },
}

/** A draft with this payload: in fields where they can say it, else as JSON. */
export function withPayload(draft: Draft, payload: JsonObject): Draft {
  const fields = fieldsOf(payload)
  return fields === undefined
    ? { ...draft, ...noFields, json: pretty(payload) }
    : { ...draft, ...fields, json: '' }
}

/** The payload of a draft; undefined where its JSON is none (yet). */
export function draftPayload(draft: Draft): JsonObject | undefined {
  if (draft.json === '') return payloadOf(draft)
  const parsed = parsedObject(draft.json)
  return 'value' in parsed ? parsed.value : undefined
}

/** A stored notification, to be changed. */
export function draftOf(notification: Schemas['Notification']): Draft {
  const { service, pushType, priority, collapseId, expiration } = notification
  const draft: Draft = {
    ...emptyDraft,
    service,
    pushType: pushType ?? '',
    priority: priority === null ? '' : String(priority),
    collapseId: collapseId ?? '',
    expires: expiration === null ? '' : expiration === 0 ? 'once' : 'until',
    expiresAt: expiration === null || expiration === 0 ? '' : localText(new Date(expiration * 1000)),
  }
  return withPayload(draft, storedPayload(notification))
}

/** What the API is given for a draft; undefined where its JSON is none (yet). */
export function inputOf(draft: Draft): Schemas['NotificationChange'] | undefined {
  const content = draft.json === '' ? inputOfFields(draft) : jsonInput(draft)
  if (content === undefined) return undefined
  const { pushType, priority, collapseId } = draft
  return {
    ...content,
    pushType: pushType === '' ? null : pushType,
    priority: priority === '' ? null : (Number(priority) as 10 | 5 | 1),
    collapseId: collapseId === '' ? null : collapseId,
    expiration: expirationOf(draft),
  }
}

function jsonInput(draft: Draft) {
  const payload = draftPayload(draft)
  return payload === undefined ? undefined : inputOfPayload(payload)
}

function expirationOf({ expires, expiresAt }: Draft): number | null {
  if (expires === 'once') return 0
  const at = Date.parse(expiresAt)
  return expires === '' || Number.isNaN(at) ? null : Math.floor(at / 1000)
}

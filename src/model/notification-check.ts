import { checked, PushError, type Report, refuse, shown } from '../base/index.js'
import { checkJsonObject } from './json-object.js'
import type { NewNotification, Notification } from './notification.js'
import { checkBoolean, checkInteger, checkText, notAllowed } from './text-check.js'

/** Characters that the texts of a notification may have at most; message and sound are the predecessor's limits. */
const notificationFieldLimits = { message: 2048, title: 2048, sound: 30 } as const

/** A notification in which nothing is left out. */
export type CheckedNotification = Omit<Notification, 'id' | 'createdAt' | 'lastSentAt'>

/**
 * Checks a notification, field by field, and fills in what is absent: empty texts, nulls. What depends on the push type
 * (size of the payload, priority) is checked by the APNs client's rules when it is pushed.
 *
 * @param report takes every broken rule where it does not throw; a field at fault comes back as it is if it can be sent at all, so
 *   that its size counts, and else as if it were absent
 * @throws PUSH_ERR_INPUT_INVALID with the field at fault
 */
export function checkNotification(input: NewNotification, report: Report = refuse): CheckedNotification {
  const text = (field: keyof typeof notificationFieldLimits) => {
    const value = input[field] ?? ''
    const standIn = typeof value === 'string' ? value : ''
    return checked(report, () => checkText(field, value, notificationFieldLimits[field]), standIn)
  }
  /** What is null or absent is null, and not checked. */
  const optional = <Value, Output>(value: Value | null | undefined, check: (value: Value) => Output) =>
    value === null || value === undefined ? null : checked<Output | null>(report, () => check(value), null)
  return {
    serviceId: checkInteger('service', input.serviceId, 1, Number.MAX_SAFE_INTEGER, 'the id of a service'),
    message: text('message'),
    title: text('title'),
    badge: optional(input.badge, (badge) =>
      checkInteger('badge', badge, 0, 2_147_483_647, 'a whole number of 0 or more'),
    ),
    silent: optional(input.silent, (silent) => checkBoolean('silent', silent)),
    sound: text('sound'),
    customPayload: optional(input.customPayload, (value) => checkCustomPayload(value, report)),
    locPayload: optional(input.locPayload, (value) => checkJsonObject(value, 'locPayload')),
    payload: optional(input.payload, (value) => checkJsonObject(value, 'payload')),
    pushType: optional(input.pushType, checkPushType),
    priority: optional(input.priority, checkPriority),
    collapseId: optional(input.collapseId, checkCollapseId),
    expiration: optional(input.expiration, (seconds) =>
      // Above is a time in milliseconds: a mistake that would keep the push for ever.
      checkInteger('expiration', seconds, 0, 4_294_967_295, 'seconds since 1970, or 0 for a single attempt'),
    ),
  }
}

function checkCustomPayload(value: unknown, report: Report): Notification['customPayload'] {
  const custom = checkJsonObject(value, 'customPayload')
  if (Object.hasOwn(custom, 'aps'))
    report(
      new PushError(
        'PUSH_ERR_INPUT_INVALID',
        'customPayload: the key "aps" is not allowed, as message, badge and sound make it; give the whole payload instead',
        { field: 'customPayload' },
      ),
    )
  return custom
}

function checkPushType(value: unknown): string {
  if (typeof value !== 'string' || !/^[a-z][a-z0-9-]{0,63}$/i.test(value)) {
    throw notAllowed('pushType', value, 'a push type such as alert, background or voip')
  }
  return value
}

function checkPriority(value: unknown): 10 | 5 | 1 {
  if (value !== 10 && value !== 5 && value !== 1) throw notAllowed('priority', value, '10, 5 or 1')
  return value
}

function checkCollapseId(value: unknown): string {
  if (typeof value !== 'string' || value === '')
    throw notAllowed('collapseId', value, '1 to 64 bytes of text')
  const bytes = Buffer.byteLength(value)
  if (bytes <= 64) return value
  throw new PushError(
    'PUSH_ERR_INPUT_INVALID',
    `collapseId: ${shown(value)} has ${bytes} bytes; at most 64 are allowed`,
    { field: 'collapseId' },
  )
}

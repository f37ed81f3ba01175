/** Everything about a message that can be checked before it leaves. */
import { PushError, shown } from '../../base/errors.js'
import { type Report, refuse } from '../../base/report.js'
import type { ApnsMessage, JsonObject, PushType } from './message.js'
import { pushTypeRule } from './push-types.js'

/** Source: sending-notification-requests-to-apns, `apns-collapse-id`. */
const MAX_COLLAPSE_ID_BYTES = 64

/** The checked header fields of a message. */
export interface CheckedFields {
  topic: string | undefined
  pushType: PushType
  priority: number | undefined
  expiration: number | undefined
  collapseId: string | undefined
}

/** A checked message: what goes over the wire. */
export interface CheckedMessage extends CheckedFields {
  payload: Buffer
}

/**
 * Checks a message and encodes its payload. Throws PUSH_ERR_PAYLOAD_TOO_LARGE, PUSH_ERR_PAYLOAD_INVALID or
 * PUSH_ERR_HEADER_INVALID, each naming the field, the value and what is allowed.
 *
 * @param report takes every broken rule where it does not throw; but a payload that is no JSON object is thrown all the same
 */
export function checkMessage(message: ApnsMessage, report: Report = refuse): CheckedMessage {
  const payload = encodePayload(message.payload)
  const fields = checkFields(message, message.pushType ?? defaultPushType(payload), report)
  checkPayloadSize(payload, fields.pushType, report)
  return { ...fields, payload }
}

/** Checks everything but the payload. Throws PUSH_ERR_HEADER_INVALID. */
export function checkFields(
  message: ApnsMessage,
  pushType: PushType,
  report: Report = refuse,
): CheckedFields {
  const { topic, priority, expiration, collapseId } = message
  checkText(
    'pushType',
    pushType,
    /^[a-z0-9-]{1,64}$/,
    'one of Apple’s push types, such as alert or background',
    report,
  )
  if (topic !== undefined)
    checkText('topic', topic, /^[\x21-\x7e]{1,255}$/, 'a bundle id such as com.example.app', report)
  return {
    topic,
    pushType,
    priority: checkPriority(priority, pushType, report),
    expiration: checkExpiration(expiration, report),
    collapseId: checkCollapseId(collapseId, report),
  }
}

/** Throws PUSH_ERR_PAYLOAD_TOO_LARGE for a payload over the limit of its push type. */
export function checkPayloadSize(payload: Uint8Array, pushType: PushType, report: Report = refuse): void {
  const { maxPayloadBytes } = pushTypeRule(pushType)
  if (payload.length <= maxPayloadBytes) return
  report(
    new PushError(
      'PUSH_ERR_PAYLOAD_TOO_LARGE',
      `payload: ${payload.length} bytes are too long; ${pushType} pushes have at most ${maxPayloadBytes} bytes`,
      { field: 'payload' },
    ),
  )
}

/** The bytes of a payload. Throws PUSH_ERR_PAYLOAD_INVALID where it is no JSON object in UTF-8. */
export function encodePayload(payload: ApnsMessage['payload']): Buffer {
  if (!(payload instanceof Uint8Array) && typeof payload !== 'string')
    return Buffer.from(payloadText(payload))
  const bytes = typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload)
  checkJsonObject(bytes)
  return bytes
}

/** The JSON of a payload that is an object. Throws PUSH_ERR_PAYLOAD_INVALID. */
export function payloadText(payload: JsonObject): string {
  if (payload === null || typeof payload !== 'object' || Array.isArray(payload)) {
    throw invalidPayload(`${shown(payload)} is not a JSON object`)
  }
  let text: string | undefined
  try {
    text = JSON.stringify(payload)
  } catch (cause) {
    throw invalidPayload('it can not be written as JSON', cause)
  }
  // An object with a `toJSON`, such as a Date, may become anything.
  if (!text?.startsWith('{')) throw invalidPayload(`${shown(payload)} is not a JSON object`)
  return text
}

function checkJsonObject(bytes: Buffer): void {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes))
  } catch (cause) {
    throw invalidPayload('it is not JSON in UTF-8', cause)
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value))
    throw invalidPayload('it is not a JSON object')
}

function invalidPayload(what: string, cause?: unknown): PushError {
  return new PushError('PUSH_ERR_PAYLOAD_INVALID', `payload: ${what}`, { field: 'payload', cause })
}

/** Apple wants the push type to match the payload: an `aps` that only wakes the app is a background push. */
export function defaultPushType(payload: ApnsMessage['payload']): PushType {
  const root = payload instanceof Uint8Array || typeof payload === 'string' ? parsed(payload) : payload
  const aps = root['aps']
  if (aps === null || typeof aps !== 'object' || Array.isArray(aps)) return 'alert'
  const keys = aps as JsonObject
  const shows = keys['alert'] !== undefined || keys['badge'] !== undefined || keys['sound'] !== undefined
  return keys['content-available'] === 1 && !shows ? 'background' : 'alert'
}

function parsed(payload: string | Uint8Array): JsonObject {
  return JSON.parse(typeof payload === 'string' ? payload : Buffer.from(payload).toString()) as JsonObject
}

function checkPriority(priority: number | undefined, pushType: PushType, report: Report): number | undefined {
  const allowed = pushTypeRule(pushType).priorities
  // Apple takes an absent priority for 10, which a background push must not have.
  if (priority === undefined) return allowed.includes(10) ? undefined : 5
  if (!allowed.includes(priority))
    report(
      invalidHeader(
        'priority',
        `${shown(priority)} is not allowed for ${pushType} pushes; use ${allowed.join(', ')}`,
      ),
    )
  return priority
}

function checkExpiration(expiration: number | undefined, report: Report): number | undefined {
  if (expiration === undefined) return undefined
  // The upper bound catches milliseconds: the year 9999 in seconds.
  if (!(Number.isInteger(expiration) && expiration >= 0 && expiration <= 253_402_300_799))
    report(
      invalidHeader(
        'expiration',
        `${shown(expiration)} is no time; use whole seconds since 1970, or 0 for one attempt`,
      ),
    )
  return expiration
}

function checkCollapseId(collapseId: string | undefined, report: Report): string | undefined {
  if (collapseId === undefined) return undefined
  const bytes = typeof collapseId === 'string' ? Buffer.byteLength(collapseId) : 0
  // A header value has no control characters and no white space at its ends (RFC 9113 section 8.2.1).
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (bytes < 1 || bytes > MAX_COLLAPSE_ID_BYTES || /[\x00-\x1f\x7f]|^\s|\s$/.test(collapseId)) {
    report(
      invalidHeader(
        'collapseId',
        `${shown(collapseId)} has ${bytes} bytes; use 1 to ${MAX_COLLAPSE_ID_BYTES} bytes, no control characters, no spaces at the ends`,
      ),
    )
  }
  return collapseId
}

function checkText(
  field: string,
  value: unknown,
  pattern: RegExp,
  allowed: string,
  report: Report = refuse,
): void {
  if (typeof value === 'string' && pattern.test(value)) return
  report(invalidHeader(field, `${shown(value)} is not allowed; use ${allowed}`))
}

function invalidHeader(field: string, what: string): PushError {
  return new PushError('PUSH_ERR_HEADER_INVALID', `${field}: ${what}`, { field })
}

/** Throws PUSH_ERR_HEADER_INVALID for anything but a UUID in Apple's canonical form. */
export function checkApnsId(apnsId: string): void {
  checkText(
    'apnsId',
    apnsId,
    /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    'a UUID in lower case, 8-4-4-4-12',
  )
}

import {
  type CheckedFields,
  checkFields,
  checkPayloadSize,
  defaultPushType,
  encodePayload,
  payloadText,
} from '../wire/check-message.js'
import type { HeaderField } from '../wire/hpack-decoder.js'
import type { ApnsMessage, PushType } from '../wire/message.js'
import type { EncodedMessage, MessageFields } from './job.js'

interface Ids {
  apnsId?: string
  apnsIdPrefix?: string
}

const noIds: Ids = {}

/** What was encoded last, and what it was made of. */
interface Memory {
  given: Omit<ApnsMessage, 'payload'>
  pushType: string
  text: string | undefined
  encoded: EncodedMessage
}

/**
 * Checks messages and encodes them. Single sends are mostly like the one before, in all but the payload or in the payload too; so
 * the last message is kept, and what is the same as there is neither checked nor encoded again.
 */
export class MessageEncoder {
  #last: Memory | undefined

  /** Throws like `checkMessage`. The ids have been checked. */
  encode(message: ApnsMessage, ids: Ids = noIds): EncodedMessage {
    const { payload } = message
    const text =
      typeof payload === 'string' || payload instanceof Uint8Array ? undefined : payloadText(payload)
    const last = this.#last
    const isAlike = last !== undefined && ids.apnsId === undefined && isSame(message, ids, last)
    if (isAlike && text !== undefined && text === last.text) return last.encoded
    const bytes = text === undefined ? encodePayload(payload) : Buffer.from(text)
    const pushType = message.pushType ?? (text === undefined ? defaultPushType(payload) : pushTypeOf(text))
    const fields =
      isAlike && pushType === last.pushType
        ? last.encoded.fields
        : headerFields(checkFields(message, pushType), ids)
    checkPayloadSize(bytes, pushType)
    const encoded = { fields, payload: bytes }
    if (ids.apnsId === undefined) this.#last = { given: { ...message }, pushType, text, encoded }
    return encoded
  }
}

/** By what leaves, not by the object: one with a `toJSON` may look different. Most texts need no parsing for that. */
function pushTypeOf(text: string): PushType {
  return text.includes('"content-available"') ? defaultPushType(text) : 'alert'
}

function isSame(message: ApnsMessage, ids: Ids, { given, encoded }: Memory): boolean {
  return (
    message.topic === given.topic &&
    message.pushType === given.pushType &&
    message.priority === given.priority &&
    message.expiration === given.expiration &&
    message.collapseId === given.collapseId &&
    ids.apnsIdPrefix === encoded.fields.apnsIdPrefix
  )
}

/** The header fields of a message, by whether they repeat. */
function headerFields(message: CheckedFields, { apnsId, apnsIdPrefix }: Ids): MessageFields {
  const indexed: HeaderField[] = []
  if (message.topic !== undefined) indexed.push(['apns-topic', message.topic])
  indexed.push(['apns-push-type', message.pushType])
  if (message.priority !== undefined) indexed.push(['apns-priority', String(message.priority)])
  const literal: HeaderField[] = []
  if (message.expiration !== undefined) literal.push(['apns-expiration', String(message.expiration)])
  if (message.collapseId !== undefined) {
    // A field value is bytes; one character stands for each.
    literal.push(['apns-collapse-id', Buffer.from(message.collapseId).toString('latin1')])
  }
  if (apnsId !== undefined) literal.push(['apns-id', apnsId])
  return { indexed, literal, apnsIdPrefix }
}

import type { CheckedMessage } from '../wire/check-message.js'
import type { HeaderField } from '../wire/hpack-decoder.js'
import type { EncodedMessage } from './job.js'

/** The header fields of a checked message, by whether they repeat. */
export function encodeMessage(
  message: CheckedMessage,
  ids: { apnsId?: string | undefined; apnsIdPrefix?: string | undefined } = {},
): EncodedMessage {
  const indexedFields: HeaderField[] = []
  if (message.topic !== undefined) indexedFields.push(['apns-topic', message.topic])
  indexedFields.push(['apns-push-type', message.pushType])
  if (message.priority !== undefined) indexedFields.push(['apns-priority', String(message.priority)])
  const literalFields: HeaderField[] = []
  if (message.expiration !== undefined) literalFields.push(['apns-expiration', String(message.expiration)])
  if (message.collapseId !== undefined) {
    // A field value is bytes; one character stands for each.
    literalFields.push(['apns-collapse-id', Buffer.from(message.collapseId).toString('latin1')])
  }
  if (ids.apnsId !== undefined) literalFields.push(['apns-id', ids.apnsId])
  return { indexedFields, literalFields, apnsIdPrefix: ids.apnsIdPrefix, payload: message.payload }
}

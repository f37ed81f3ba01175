import type { PushError } from '../../base/errors.js'
import type { HeaderField } from '../wire/hpack-decoder.js'

/** What an answer's header fields said. */
export interface ResponseHead {
  status: number
  apnsId: string | undefined
  apnsUniqueId: string | undefined
  retryAfterMs: number | undefined
}

/** A message as the request writer wants it. */
export interface EncodedMessage {
  /** Fields that repeat over many requests and are worth a place in the peer's table. */
  readonly indexedFields: readonly HeaderField[]
  /** Fields that differ from message to message. */
  readonly literalFields: readonly HeaderField[]
  /** With it, each request has an apns-id made of this and the push's number. */
  readonly apnsIdPrefix: string | undefined
  readonly payload: Uint8Array
}

/**
 * Where pushes come from and where their outcomes go: one `send` or one `sendMany`. Each push that is taken from a job ends
 * in exactly one of its four calls.
 */
export interface Job {
  readonly message: EncodedMessage
  /** Whether `accept` is to be told what the answer's header fields said; decoding them costs. */
  readonly detailed: boolean
  /** Whether the caller has lost interest: nothing of it is sent again. */
  readonly over: boolean
  accept(token: string, index: number, head: ResponseHead | undefined): void
  reject(token: string, index: number, number: number, head: ResponseHead, body: string): void
  unknown(token: string, index: number, number: number, cause: PushError): void
  unsent(token: string, index: number, number: number, cause: PushError): void
}

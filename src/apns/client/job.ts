import type { PushError } from '../../base/errors.js'
import type { HeaderField } from '../wire/hpack-decoder.js'

/** What an answer's header fields said. */
export interface ResponseHead {
  status: number
  apnsId: string | undefined
  apnsUniqueId: string | undefined
  retryAfterMs: number | undefined
  /** What time it is at the server, in milliseconds since 1970; only with a refusal. */
  serverTime: number | undefined
}

/** An answer other than 200, as it came. */
export interface Refusal {
  head: ResponseHead
  /** Apple's word; undefined where the body had none. */
  reason: string | undefined
  timestamp: number | undefined
  /** What is known of why, beyond Apple's word: a clock that is wrong. */
  cause: PushError | undefined
}

/** The header fields of a message; the same object for as long as they are the same, so that they are composed once. */
export interface MessageFields {
  /** Fields that repeat over many requests and are worth a place in the peer's table. */
  readonly indexed: readonly HeaderField[]
  /** Fields that differ from message to message. */
  readonly literal: readonly HeaderField[]
  /** With it, each request has an apns-id made of this and the push's number. */
  readonly apnsIdPrefix: string | undefined
}

/** A message as the request writer wants it. */
export interface EncodedMessage {
  readonly fields: MessageFields
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
  /** Whether a push without an answer is sent again, though the device may then get it twice. */
  readonly replaysUnknown: boolean
  /** Whether the caller has lost interest: nothing of it is sent again. */
  readonly over: boolean
  accept(token: string, index: number, head: ResponseHead | undefined): void
  reject(token: string, index: number, number: number, refusal: Refusal): void
  unknown(token: string, index: number, number: number, cause: PushError): void
  unsent(token: string, index: number, number: number, cause: PushError): void
}

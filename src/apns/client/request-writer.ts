/**
 * Writes requests: one HEADERS and one DATA frame for each push.
 *
 * Trade-off: a campaign's requests differ in the stream id, the token and the end of the apns-id only, so the first one is
 * composed field by field and kept as an image; the others are a copy of it with those places written over, and with a payload of
 * their own where they have one. An image holds for as long as the peer's header table is the same (`encoder.epoch`).
 */
import { PushError, shown } from '../../base/errors.js'
import { FRAME_HEADER_BYTES, frameFlags, frameTypes, writeFrameHeader, writeUint32 } from '../wire/frames.js'
import { HpackEncoder, integer } from '../wire/hpack-encoder.js'
import type { EncodedMessage, MessageFields } from './job.js'

/** Longest device token, in hexadecimal digits; see docs/architecture.md. */
const MAX_TOKEN_DIGITS = 512
/** No request is longer: header fields of at most 2.5 kB and a payload of at most 5120 bytes. */
export const MAX_REQUEST_BYTES = 8192

const PATH_PREFIX = Buffer.from('/3/device/')
const APNS_ID_DIGITS = 12
const HEX_DIGITS = Buffer.from('0123456789abcdef')

/** For each character code its hexadecimal digit in lower case, 0 for all others. All digits have the bit 0x20 set. */
const hexDigitOf = new Uint8Array(256)
for (const digit of '0123456789abcdef') {
  hexDigitOf[digit.charCodeAt(0)] = digit.charCodeAt(0)
  hexDigitOf[digit.toUpperCase().charCodeAt(0)] = digit.charCodeAt(0)
}

interface RequestImage {
  fields: MessageFields
  payload: Uint8Array
  epoch: number
  tokenDigits: number
  bytes: Uint8Array
  tokenAt: number
  /** Where the last part of the apns-id is; -1: there is none. */
  numberAt: number
  dataAt: number
}

export class RequestWriter {
  readonly encoder = new HpackEncoder()
  readonly #authority: string
  #authorization: string | undefined
  #image: RequestImage | undefined
  #lastFields: MessageFields | undefined
  // Where the parts of the request that was composed last are, from its beginning.
  #tokenAt = 0
  #numberAt = -1
  #dataAt = 0

  constructor(authority: string) {
    this.#authority = authority
  }

  /** `bearer …`; undefined with a certificate. */
  setAuthorization(authorization: string | undefined): void {
    this.#authorization = authorization
    this.#image = undefined
  }

  /** Writes a whole request at `offset`; returns the offset behind it. The token has been checked by `isToken`. */
  write(
    out: Uint8Array,
    offset: number,
    streamId: number,
    message: EncodedMessage,
    token: string,
    number: number,
  ): number {
    const image = this.#image
    if (
      image === undefined ||
      image.fields !== message.fields ||
      image.tokenDigits !== token.length ||
      image.epoch !== this.encoder.epoch
    ) {
      return this.#compose(out, offset, streamId, message, token, number)
    }
    out.set(image.bytes, offset)
    writeUint32(out, offset + 5, streamId)
    writeToken(out, offset + image.tokenAt, token)
    if (image.numberAt >= 0) writeNumber(out, offset + image.numberAt, number)
    const dataAt = offset + image.dataAt
    const { payload } = message
    if (image.payload !== payload) return writeData(out, dataAt, streamId, payload, 0, payload.length)
    writeUint32(out, dataAt + 5, streamId)
    return offset + image.bytes.length
  }

  /** Writes the HEADERS frame only: for when the windows do not let the whole body through. */
  writeHeaders(
    out: Uint8Array,
    offset: number,
    streamId: number,
    message: EncodedMessage,
    token: string,
    number: number,
  ): number {
    const { fields } = message
    const block: number[] = []
    this.encoder.takeSizeUpdate(block)
    block.push(0x83, 0x87) // :method POST, :scheme https
    this.encoder.indexed(block, [':authority', this.#authority])
    block.push(0x04) // :path, without indexing
    integer(block, 0x00, 7, PATH_PREFIX.length + token.length)
    const tokenAt = block.length + PATH_PREFIX.length
    const tail: number[] = []
    if (this.#authorization !== undefined) this.encoder.indexed(tail, ['authorization', this.#authorization])
    for (const field of fields.indexed) this.encoder.indexed(tail, field)
    for (const field of fields.literal) this.encoder.literal(tail, field)
    if (fields.apnsIdPrefix !== undefined) {
      this.encoder.literal(tail, ['apns-id', `${fields.apnsIdPrefix}-${'0'.repeat(APNS_ID_DIGITS)}`])
    }
    const blockBytes = tokenAt + token.length + tail.length
    const start = writeFrameHeader(
      out,
      offset,
      blockBytes,
      frameTypes.HEADERS,
      frameFlags.END_HEADERS,
      streamId,
    )
    out.set(block, start)
    out.set(PATH_PREFIX, start + block.length)
    writeToken(out, start + tokenAt, token)
    out.set(tail, start + tokenAt + token.length)
    const end = start + blockBytes
    this.#tokenAt = FRAME_HEADER_BYTES + tokenAt
    this.#numberAt = fields.apnsIdPrefix === undefined ? -1 : end - APNS_ID_DIGITS - offset
    if (this.#numberAt >= 0) writeNumber(out, offset + this.#numberAt, number)
    this.#dataAt = end - offset
    return end
  }

  #compose(
    out: Uint8Array,
    offset: number,
    streamId: number,
    message: EncodedMessage,
    token: string,
    number: number,
  ): number {
    const epoch = this.encoder.epoch
    const dataAt = this.writeHeaders(out, offset, streamId, message, token, number)
    const end = writeData(out, dataAt, streamId, message.payload, 0, message.payload.length)
    // A `send` may have fields of its own: an image is worth its copy from the second request with the same ones on.
    if (epoch === this.encoder.epoch && this.#lastFields === message.fields) {
      this.#image = {
        fields: message.fields,
        payload: message.payload,
        epoch,
        tokenDigits: token.length,
        // A copy; `slice` of a Buffer would be a view of the output.
        bytes: new Uint8Array(out.subarray(offset, end)),
        tokenAt: this.#tokenAt,
        numberAt: this.#numberAt,
        dataAt: this.#dataAt,
      }
    }
    this.#lastFields = message.fields
    return end
  }
}

/** Writes one DATA frame with the payload from `from` to `to`; returns the offset behind it. */
export function writeData(
  out: Uint8Array,
  offset: number,
  streamId: number,
  payload: Uint8Array,
  from: number,
  to: number,
): number {
  const flags = to === payload.length ? frameFlags.END_STREAM : 0
  const start = writeFrameHeader(out, offset, to - from, frameTypes.DATA, flags, streamId)
  out.set(from === 0 && to === payload.length ? payload : payload.subarray(from, to), start)
  return start + (to - from)
}

/** Whether a string can be sent as a device token: hexadecimal, an even number of digits, at most 512. */
export function isToken(token: string): boolean {
  if (
    typeof token !== 'string' ||
    token.length === 0 ||
    token.length > MAX_TOKEN_DIGITS ||
    (token.length & 1) !== 0
  )
    return false
  let bits = 0x20
  let high = 0
  for (let index = 0; index < token.length; index++) {
    const code = token.charCodeAt(index)
    high |= code
    bits &= hexDigitOf[code & 0xff]!
  }
  return bits !== 0 && high < 0x80
}

/** What is said about a token that is none. */
export function invalidToken(token: unknown): PushError {
  return new PushError(
    'PUSH_ERR_DEVICE_TOKEN_INVALID',
    `token: ${shown(token)} is not an even number of 2 to 512 hexadecimal digits`,
    { field: 'token' },
  )
}

function writeToken(out: Uint8Array, offset: number, token: string): void {
  for (let index = 0; index < token.length; index++)
    out[offset + index] = hexDigitOf[token.charCodeAt(index)]!
}

/** The number as 12 hexadecimal digits; two halves, because shifts work on 32 bits. */
function writeNumber(out: Uint8Array, offset: number, number: number): void {
  let high = Math.floor(number / 0x1000000)
  let low = number % 0x1000000
  for (let digit = 5; digit >= 0; digit--) {
    out[offset + digit] = HEX_DIGITS[high & 0xf]!
    out[offset + 6 + digit] = HEX_DIGITS[low & 0xf]!
    high >>>= 4
    low >>>= 4
  }
}

/** The apns-id that a request with this prefix and number carries. */
export function apnsIdOf(prefix: string, number: number): string {
  return `${prefix}-${number.toString(16).padStart(APNS_ID_DIGITS, '0')}`
}

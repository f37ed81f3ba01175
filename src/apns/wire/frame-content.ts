import { frameFlags, frameTypes, readUint32 } from './frames.js'
import { errorCodes, ProtocolError } from './protocol-error.js'

/** Where the content of a frame begins and ends. */
export interface ContentRange {
  from: number
  to: number
}

/** Throws ProtocolError where the payload of a frame has another length than its type has. */
export function expectLength(type: number, length: number, expected: number): void {
  if (length !== expected) {
    throw new ProtocolError(
      errorCodes.FRAME_SIZE_ERROR,
      `a frame of type ${type} and ${length} bytes; it has ${expected}`,
    )
  }
}

/**
 * The content of a HEADERS or DATA frame with the payload from `start` to `end`, without padding and priority
 * (RFC 9113 sections 6.1 and 6.2). Throws ProtocolError where they are longer than the payload.
 */
export function contentRange(
  type: number,
  flags: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): ContentRange {
  let from = start
  let to = end
  if ((flags & frameFlags.PADDED) !== 0) {
    to -= bytes[from] ?? 0
    from += 1
  }
  if (type === frameTypes.HEADERS && (flags & frameFlags.PRIORITY) !== 0) from += 5
  if (from > to) {
    throw new ProtocolError(
      errorCodes.PROTOCOL_ERROR,
      `a frame of type ${type} with more padding than there is`,
    )
  }
  return { from, to }
}

/** What a GOAWAY says (RFC 9113 section 6.8). Apple puts `{"reason": ...}` into its data. */
export function goAwayContent(
  bytes: Uint8Array,
  start: number,
  end: number,
): { lastStreamId: number; errorCode: number; data: string } {
  if (end - start < 8) throw new ProtocolError(errorCodes.FRAME_SIZE_ERROR, 'GOAWAY of less than 8 bytes')
  return {
    lastStreamId: readUint32(bytes, start) & 0x7fff_ffff,
    errorCode: readUint32(bytes, start + 4),
    data: Buffer.from(bytes.subarray(start + 8, end)).toString('latin1'),
  }
}

/** Frame types, flags and settings of HTTP/2. Source: RFC 9113 sections 6 and 6.5.2. */
export const frameTypes = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
} as const

export const frameFlags = {
  END_STREAM: 0x1,
  ACK: 0x1,
  END_HEADERS: 0x4,
  PADDED: 0x8,
  PRIORITY: 0x20,
} as const

export const settingIds = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
} as const

/** Length of a frame's header. */
export const FRAME_HEADER_BYTES = 9
/** The largest frame that a peer has to accept, and the largest we accept: we never raise it. RFC 9113 section 4.2. */
export const MAX_FRAME_BYTES = 16_384
/** A flow-control window before anyone has said anything. RFC 9113 section 6.9.2. */
export const DEFAULT_WINDOW_BYTES = 65_535
/** The largest window there may be. RFC 9113 section 6.9.1. */
export const MAX_WINDOW_BYTES = 0x7fff_ffff
/** What a client says first. RFC 9113 section 3.4. */
export const CONNECTION_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

/** Writes a frame's header at `offset` and returns the offset behind it. */
export function writeFrameHeader(
  out: Uint8Array,
  offset: number,
  length: number,
  type: number,
  flags: number,
  streamId: number,
): number {
  out[offset] = length >>> 16
  out[offset + 1] = length >>> 8
  out[offset + 2] = length
  out[offset + 3] = type
  out[offset + 4] = flags
  return writeUint32(out, offset + 5, streamId)
}

/** Writes four bytes, most significant first, and returns the offset behind them. */
export function writeUint32(out: Uint8Array, offset: number, value: number): number {
  out[offset] = value >>> 24
  out[offset + 1] = value >>> 16
  out[offset + 2] = value >>> 8
  out[offset + 3] = value
  return offset + 4
}

/** Reads four bytes, most significant first, as an unsigned number. */
export function readUint32(bytes: Uint8Array, offset: number): number {
  return (
    ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>>
    0
  )
}

/** A SETTINGS frame with these values. */
export function settingsFrame(settings: readonly (readonly [id: number, value: number])[]): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + settings.length * 6)
  let offset = writeFrameHeader(frame, 0, settings.length * 6, frameTypes.SETTINGS, 0, 0)
  for (const [id, value] of settings) {
    frame[offset] = id >>> 8
    frame[offset + 1] = id
    offset = writeUint32(frame, offset + 2, value)
  }
  return frame
}

/** Answers a SETTINGS frame. */
export function settingsAckFrame(): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES)
  writeFrameHeader(frame, 0, 0, frameTypes.SETTINGS, frameFlags.ACK, 0)
  return frame
}

/** A PING with the eight bytes of `payload`, or the answer to one. */
export function pingFrame(payload: Uint8Array, ack: boolean): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + 8)
  writeFrameHeader(frame, 0, 8, frameTypes.PING, ack ? frameFlags.ACK : 0, 0)
  frame.set(payload.subarray(0, 8), FRAME_HEADER_BYTES)
  return frame
}

/** Opens a window of ours; stream 0 is the connection's. */
export function windowUpdateFrame(streamId: number, increment: number): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + 4)
  writeFrameHeader(frame, 0, 4, frameTypes.WINDOW_UPDATE, 0, streamId)
  writeUint32(frame, FRAME_HEADER_BYTES, increment)
  return frame
}

/** Ends one stream. */
export function rstStreamFrame(streamId: number, errorCode: number): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + 4)
  writeFrameHeader(frame, 0, 4, frameTypes.RST_STREAM, 0, streamId)
  writeUint32(frame, FRAME_HEADER_BYTES, errorCode)
  return frame
}

/** Ends the connection. A server opens no streams here, so the last stream id is always 0. */
export function goAwayFrame(errorCode: number): Uint8Array {
  const frame = new Uint8Array(FRAME_HEADER_BYTES + 8)
  writeFrameHeader(frame, 0, 8, frameTypes.GOAWAY, 0, 0)
  writeUint32(frame, FRAME_HEADER_BYTES + 4, errorCode)
  return frame
}

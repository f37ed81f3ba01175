/** GOAWAY frames as bytes (RFC 9113, sections 4.1 and 6.8), for what `node:http2` can not say. */

const frameHeaderBytes = 9
const goAwayType = 0x07

/**
 * The frame itself (RFC 9113, section 6.8): `session.goaway()` can not say that no stream was processed, since its 0 stands
 * for the newest one, and ends at once the streams above the last one.
 */
export function goAwayFrame(lastStream: number, errorCode: number, data: string): Buffer {
  const length = 8 + Buffer.byteLength(data)
  const frame = Buffer.alloc(frameHeaderBytes + length)
  frame.writeUIntBE(length, 0, 3)
  frame.writeUInt8(goAwayType, 3)
  frame.writeUInt32BE(lastStream, 9)
  frame.writeUInt32BE(errorCode, 13)
  frame.write(data, 17)
  return frame
}

/** The same frames without any GOAWAY. */
export function withoutGoAway(frames: Buffer): Buffer {
  const kept: Buffer[] = []
  for (let at = 0, end = 0; at + frameHeaderBytes <= frames.length; at = end) {
    end = at + frameHeaderBytes + frames.readUIntBE(at, 3)
    if (frames[at + 3] !== goAwayType) kept.push(frames.subarray(at, end))
  }
  return Buffer.concat(kept)
}

/**
 * Cuts a stream of bytes into frames.
 *
 * Frames are handed on in place, as a range of the chunk that came from the socket: no copy. Only a frame that is split
 * between chunks is put together in a buffer of its own. The ranges are valid during the call only.
 */
import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES, readUint32 } from './frames.js'
import { errorCodes, ProtocolError } from './protocol-error.js'

/** Takes frames; the payload is `bytes` from `start` to `end`. */
export interface FrameHandler {
  onFrame(type: number, flags: number, streamId: number, bytes: Uint8Array, start: number, end: number): void
}

export class FrameParser {
  readonly #handler: FrameHandler
  /** A frame that has begun, with the header, and how much of it is here. */
  readonly #partial = new Uint8Array(FRAME_HEADER_BYTES + MAX_FRAME_BYTES)
  #partialBytes = 0

  constructor(handler: FrameHandler) {
    this.#handler = handler
  }

  /** Takes the next bytes. Throws ProtocolError for a frame over the limit, and what the handler throws. */
  feed(chunk: Uint8Array): void {
    let offset = this.#partialBytes > 0 ? this.#completePartial(chunk) : 0
    while (chunk.length - offset >= FRAME_HEADER_BYTES) {
      const end = offset + FRAME_HEADER_BYTES + frameLength(chunk, offset)
      if (end > chunk.length) break
      this.#emit(chunk, offset, end)
      offset = end
    }
    if (offset < chunk.length) {
      this.#partial.set(chunk.subarray(offset), this.#partialBytes)
      this.#partialBytes += chunk.length - offset
    }
  }

  /** Finishes the frame that was split, as far as the chunk goes; returns how much of the chunk it took. */
  #completePartial(chunk: Uint8Array): number {
    const partial = this.#partial
    let taken = 0
    while (this.#partialBytes < FRAME_HEADER_BYTES && taken < chunk.length) {
      partial[this.#partialBytes++] = chunk[taken++]!
    }
    if (this.#partialBytes < FRAME_HEADER_BYTES) return taken
    const end = FRAME_HEADER_BYTES + frameLength(partial, 0)
    const wanted = Math.min(end - this.#partialBytes, chunk.length - taken)
    partial.set(chunk.subarray(taken, taken + wanted), this.#partialBytes)
    this.#partialBytes += wanted
    if (this.#partialBytes === end) {
      this.#partialBytes = 0
      this.#emit(partial, 0, end)
    }
    return taken + wanted
  }

  #emit(bytes: Uint8Array, offset: number, end: number): void {
    // The first bit of the stream id is reserved and ignored (RFC 9113 section 4.1).
    const streamId = readUint32(bytes, offset + 5) & 0x7fff_ffff
    this.#handler.onFrame(
      bytes[offset + 3]!,
      bytes[offset + 4]!,
      streamId,
      bytes,
      offset + FRAME_HEADER_BYTES,
      end,
    )
  }
}

function frameLength(bytes: Uint8Array, offset: number): number {
  const length = (bytes[offset]! << 16) | (bytes[offset + 1]! << 8) | bytes[offset + 2]!
  if (length > MAX_FRAME_BYTES) {
    throw new ProtocolError(
      errorCodes.FRAME_SIZE_ERROR,
      `a frame of ${length} bytes; at most ${MAX_FRAME_BYTES} are allowed`,
    )
  }
  return length
}

/**
 * What is to be written to the socket: two buffers that take turns, one being written while the other is filled.
 *
 * Requests stop short of the end, so that answers to the peer (acknowledgements, resets, windows) always find room; a peer
 * that asks for more of those than fit while it reads nothing is cut off.
 */
import { errorCodes, ProtocolError } from '../wire/protocol-error.js'

/**
 * Bytes of one buffer. It is what leaves in a turn of the event loop: where a server of ours answers hundreds of clients in each, a push goes on
 * four times as fast as with 64 KiB (`npm run bench -- api`).
 */
const BUFFER_BYTES = 256 * 1024
/** Kept free of requests. */
const CONTROL_BYTES = 4 * 1024

export class Output {
  buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES)
  /** How much of `buffer` is filled. */
  length = 0
  #other = Buffer.allocUnsafeSlow(BUFFER_BYTES)

  /** Whether a request of this size still fits. */
  fits(bytes: number): boolean {
    return this.length + bytes <= BUFFER_BYTES - CONTROL_BYTES
  }

  /** Appends a frame that is no request. */
  append(frame: Uint8Array): void {
    if (this.length + frame.length > BUFFER_BYTES) {
      throw new ProtocolError(errorCodes.ENHANCE_YOUR_CALM, 'the peer asks for more answers than it reads')
    }
    this.buffer.set(frame, this.length)
    this.length += frame.length
  }

  /** Hands over what is filled, for one write, and goes on with the other buffer. Not before the last write has ended. */
  take(): Buffer {
    const filled = this.buffer.subarray(0, this.length)
    const other = this.#other
    this.#other = this.buffer
    this.buffer = other
    this.length = 0
    return filled
  }
}

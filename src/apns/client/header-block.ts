import { MAX_HEADER_LIST_BYTES } from '../wire/hpack-decoder.js'
import { errorCodes, ProtocolError } from '../wire/protocol-error.js'

/** How many frames a header block may come in; Apple's come in one. */
const MAX_FRAMES = 32

/** A header block that is split over HEADERS and CONTINUATION frames. */
export class HeaderBlock {
  streamId = 0
  endStream = false
  open = false
  #parts: Uint8Array[] = []
  #bytes = 0

  begin(streamId: number, endStream: boolean, bytes: Uint8Array, start: number, end: number): void {
    this.streamId = streamId
    this.endStream = endStream
    this.open = true
    this.add(bytes, start, end)
  }

  add(bytes: Uint8Array, start: number, end: number): void {
    this.#parts.push(new Uint8Array(bytes.subarray(start, end)))
    this.#bytes += end - start
    if (this.#parts.length > MAX_FRAMES || this.#bytes > MAX_HEADER_LIST_BYTES) {
      throw new ProtocolError(errorCodes.ENHANCE_YOUR_CALM, 'a header block that does not end')
    }
  }

  /** Ends the block and returns all of it. */
  finish(): Uint8Array {
    const block = Buffer.concat(this.#parts)
    this.#parts = []
    this.#bytes = 0
    this.open = false
    return block
  }
}

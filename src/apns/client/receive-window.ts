import { DEFAULT_WINDOW_BYTES, windowUpdateFrame } from '../wire/frames.js'
import type { Output } from './output.js'

/**
 * Our flow-control window of the connection (RFC 9113 section 6.9): opened again when half of it is used. Those of the streams
 * stay as they are, because no answer of Apple's comes near them.
 */
export class ReceiveWindow {
  readonly #output: Output
  #usedBytes = 0

  constructor(output: Output) {
    this.#output = output
  }

  /**
   * Counts a DATA frame, its padding included. With half of the window always open, a frame of at most 16 kB can't be more than it
   * may.
   */
  receive(bytes: number): void {
    this.#usedBytes += bytes
    if (this.#usedBytes < DEFAULT_WINDOW_BYTES / 2) return
    this.#output.append(windowUpdateFrame(0, this.#usedBytes))
    this.#usedBytes = 0
  }
}

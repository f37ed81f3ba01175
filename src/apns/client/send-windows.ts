/**
 * The peer's flow-control windows (RFC 9113 section 5.2), and the bodies that wait for them.
 *
 * A stream's own window matters only while its body is not out, so only those streams are kept. As long as a body waits, no
 * new stream is opened: with windows that small, more streams would only wait too.
 */
import { DEFAULT_WINDOW_BYTES, MAX_WINDOW_BYTES } from '../wire/frames.js'
import { errorCodes, ProtocolError } from '../wire/protocol-error.js'

/** A body of which something is still to be sent. */
export interface WaitingBody {
  payload: Uint8Array
  sent: number
  window: number
}

export class SendWindows {
  /** What may be sent on the connection. */
  connection = DEFAULT_WINDOW_BYTES
  /** What a new stream may send. */
  initial = DEFAULT_WINDOW_BYTES
  /** By stream id, the oldest first. */
  readonly waiting = new Map<number, WaitingBody>()

  /** Whether a whole body of this size can go out at once. */
  admits(bytes: number): boolean {
    return this.connection >= bytes && this.initial >= bytes
  }

  /** Whether nothing more can be sent before the peer has opened a window. */
  get isUsedUp(): boolean {
    return this.waiting.size > 0 || this.connection <= 0
  }

  /** RFC 9113 section 6.9.2: a changed initial size changes the windows of open streams by the difference, below 0 too. */
  setInitial(bytes: number): void {
    for (const body of this.waiting.values()) {
      body.window += bytes - this.initial
      if (body.window > MAX_WINDOW_BYTES) throw overflow()
    }
    this.initial = bytes
  }

  /** Takes a WINDOW_UPDATE; stream 0 is the connection. */
  update(streamId: number, increment: number): void {
    if (increment === 0) throw new ProtocolError(errorCodes.PROTOCOL_ERROR, 'a WINDOW_UPDATE of 0')
    if (streamId === 0) {
      this.connection += increment
      if (this.connection > MAX_WINDOW_BYTES) throw overflow()
      return
    }
    const body = this.waiting.get(streamId)
    if (body === undefined) return
    body.window += increment
    if (body.window > MAX_WINDOW_BYTES) throw overflow()
  }
}

function overflow(): ProtocolError {
  return new ProtocolError(errorCodes.FLOW_CONTROL_ERROR, 'a flow-control window grew over 2^31-1')
}

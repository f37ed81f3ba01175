/**
 * The way out of a session: gives each push a stream and writes its request, as far as the peer's windows let it.
 */
import { PushError } from '../../base/errors.js'
import { MAX_FRAME_BYTES, rstStreamFrame } from '../wire/frames.js'
import { errorCodes } from '../wire/protocol-error.js'
import type { Output } from './output.js'
import type { ProviderTokens } from './provider-tokens.js'
import type { PushQueue } from './push-queue.js'
import { MAX_REQUEST_BYTES, RequestWriter, writeData } from './request-writer.js'
import type { SendWindows } from './send-windows.js'
import type { StreamTable } from './stream-table.js'

export class RequestSender {
  readonly #queue: PushQueue
  readonly #tokens: ProviderTokens | undefined
  readonly #streams: StreamTable
  readonly #windows: SendWindows
  readonly #output: Output
  readonly #writer: RequestWriter
  #authorizationVersion = 0
  /** Streams whose end the peer has not been told yet. */
  readonly #resets: number[] = []

  constructor(
    options: { authority: string; queue: PushQueue; tokens: ProviderTokens | undefined },
    streams: StreamTable,
    windows: SendWindows,
    output: Output,
  ) {
    this.#queue = options.queue
    this.#tokens = options.tokens
    this.#writer = new RequestWriter(options.authority)
    this.#streams = streams
    this.#windows = windows
    this.#output = output
  }

  /** Whether another request can be begun now. */
  get hasRoom(): boolean {
    return !this.#windows.isUsedUp && this.#output.fits(MAX_REQUEST_BYTES)
  }

  /** Follows the peer's SETTINGS_HEADER_TABLE_SIZE. */
  setMaxTableBytes(bytes: number): void {
    this.#writer.encoder.setMaxTableBytes(bytes)
  }

  /** Sends the push that the queue has taken. False: stream ids have run out, and it went back. */
  send(now: number): boolean {
    const { job, token, number } = this.#queue
    const slot = this.#streams.add(this.#queue, now)
    if (slot < 0) {
      this.#queue.putBack(new PushError('PUSH_ERR_APNS_CONNECTION_LOST', 'stream ids have run out'))
      return false
    }
    this.#streams.authorizations[slot] = this.#authorizationVersion
    const streamId = this.#streams.streamIds[slot]!
    const { payload } = job.message
    const { buffer, length } = this.#output
    if (this.#windows.admits(payload.length)) {
      this.#windows.connection -= payload.length
      this.#output.length = this.#writer.write(buffer, length, streamId, job.message, token, number)
    } else {
      this.#output.length = this.#writer.writeHeaders(buffer, length, streamId, job.message, token, number)
      this.#windows.waiting.set(streamId, { payload, sent: 0, window: this.#windows.initial })
      this.#writeBodies()
    }
    return true
  }

  /**
   * Tells the peer, as soon as there is room, that its answer is not wanted any more. Not at once: hundreds of pushes may be
   * given up in one moment in which the peer reads nothing.
   */
  reset(streamId: number): void {
    this.#resets.push(streamId)
  }

  /** Writes what has waited for room: resets, and of the bodies what the windows let through. */
  writePending(): void {
    while (this.#resets.length > 0 && this.#output.fits(MAX_REQUEST_BYTES)) {
      this.#output.append(rstStreamFrame(this.#resets.shift()!, errorCodes.CANCEL))
    }
    this.#writeBodies()
  }

  #writeBodies(): void {
    const windows = this.#windows
    for (const [streamId, body] of windows.waiting) {
      const bytes = Math.min(
        body.payload.length - body.sent,
        body.window,
        windows.connection,
        MAX_FRAME_BYTES,
      )
      if (bytes <= 0) continue
      if (!this.#output.fits(MAX_REQUEST_BYTES)) return
      const to = body.sent + bytes
      const { buffer, length } = this.#output
      this.#output.length = writeData(buffer, length, streamId, body.payload, body.sent, to)
      body.sent = to
      body.window -= bytes
      windows.connection -= bytes
      if (body.sent === body.payload.length) windows.waiting.delete(streamId)
    }
  }

  /** Uses the provider token of the moment for what is sent from now on. */
  adoptAuthorization(): void {
    const authorization = this.#tokens?.current()
    if (authorization === undefined || authorization.version === this.#authorizationVersion) return
    this.#authorizationVersion = authorization.version
    this.#writer.setAuthorization(authorization.value)
  }
}

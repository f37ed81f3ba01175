import type { PushError } from '../../base/errors.js'
import type { Logger } from '../../base/logger.js'

/** A connection, as an observer is told of it. */
export interface ConnectionEvent {
  /** Counts the connections of a client from 1. */
  connection: number
  hostname: string
  port: number
}

/**
 * Is told what a client does, for metrics and logs. All methods may be left out; what is left out costs nothing. They are called
 * on the path of the pushes, so they should be quick; one that throws is reported to the logger once and changes nothing.
 */
export interface ApnsObserver {
  /** A connection is ready: `connectMs` from its beginning to the server's SETTINGS. */
  connected?(
    event: ConnectionEvent & { connectMs: number; tlsVersion: string; maxConcurrentStreams: number },
  ): void
  /** A connection is over, or could not be made. `cause` is undefined where the client closed it. */
  disconnected?(
    event: ConnectionEvent & { ageMs: number; answered: number; cause: PushError | undefined },
  ): void
  /** The server has changed how many pushes may be in flight on a connection. */
  streamsChanged?(event: ConnectionEvent & { maxConcurrentStreams: number }): void
  /**
   * An answer has come, one that makes the client send the push again included. `reason` is undefined with 200.
   * `latencyMs`: since the request was written.
   */
  answered?(status: number, reason: string | undefined, latencyMs: number): void
  /** A push is sent again, and why. */
  replayed?(cause: PushError): void
  /** A push has ended; each ends once. `cause` comes with `unknown` and `unsent`. */
  ended?(kind: 'accepted' | 'rejected' | 'unknown' | 'unsent', cause: PushError | undefined): void
}

/** An observer whose errors do not reach the path of the pushes. */
export function guarded(observer: ApnsObserver, logger: Logger): ApnsObserver {
  let isReported = false
  const guard = <Name extends keyof ApnsObserver>(name: Name): ApnsObserver => {
    if (observer[name] === undefined) return {}
    const call = (...values: unknown[]) => {
      try {
        ;(observer[name] as (...values: unknown[]) => void)(...values)
      } catch (error) {
        if (!isReported) logger.error({ err: error }, `The observer threw in ${name}; this is reported once`)
        isReported = true
      }
    }
    return { [name]: call }
  }
  return {
    ...guard('connected'),
    ...guard('disconnected'),
    ...guard('streamsChanged'),
    ...guard('answered'),
    ...guard('replayed'),
    ...guard('ended'),
  }
}

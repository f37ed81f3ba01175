import type { PushError } from '../../base/errors.js'
import { rejectedOutcome } from './answer.js'
import type { EncodedMessage, Job, Refusal, ResponseHead } from './job.js'
import type { ApnsObserver } from './observer.js'
import type { Outcome } from './outcome.js'

/** One `send`. */
export class SendJob implements Job {
  readonly message: EncodedMessage
  readonly token: string
  readonly detailed = true
  readonly replaysUnknown: boolean
  over = false
  readonly #apnsId: string | undefined
  readonly #observer: ApnsObserver | undefined
  readonly #settle: (outcome: Outcome) => void

  constructor(
    message: EncodedMessage,
    request: { token: string; apnsId?: string },
    replaysUnknown: boolean,
    observer: ApnsObserver | undefined,
    settle: (outcome: Outcome) => void,
  ) {
    this.message = message
    this.token = request.token
    this.replaysUnknown = replaysUnknown
    this.#apnsId = request.apnsId
    this.#observer = observer
    this.#settle = settle
  }

  accept(token: string, index: number, head: ResponseHead | undefined): void {
    const outcome: Outcome = {
      kind: 'accepted',
      token,
      index,
      apnsId: head?.apnsId ?? this.#apnsId,
      status: 200,
    }
    if (head?.apnsUniqueId !== undefined) outcome.apnsUniqueId = head.apnsUniqueId
    this.#end(outcome, undefined)
  }

  reject(token: string, index: number, _number: number, refusal: Refusal): void {
    this.#end(rejectedOutcome(token, index, this.#apnsId, refusal), undefined)
  }

  unknown(token: string, index: number, _number: number, cause: PushError): void {
    this.#end({ kind: 'unknown', token, index, apnsId: this.#apnsId, cause }, cause)
  }

  unsent(token: string, index: number, _number: number, cause: PushError): void {
    this.#end({ kind: 'unsent', token, index, apnsId: this.#apnsId, cause }, cause)
  }

  #end(outcome: Outcome, cause: PushError | undefined): void {
    this.#observer?.ended?.(outcome.kind, cause)
    this.#settle(outcome)
  }
}

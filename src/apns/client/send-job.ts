import type { PushError } from '../../base/errors.js'
import { rejectedOutcome } from './answer.js'
import type { EncodedMessage, Job, ResponseHead } from './job.js'
import type { Outcome } from './outcome.js'

/** One `send`. */
export class SendJob implements Job {
  readonly message: EncodedMessage
  readonly token: string
  readonly detailed = true
  over = false
  readonly #apnsId: string | undefined
  readonly #settle: (outcome: Outcome) => void

  constructor(
    message: EncodedMessage,
    token: string,
    apnsId: string | undefined,
    settle: (outcome: Outcome) => void,
  ) {
    this.message = message
    this.token = token
    this.#apnsId = apnsId
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
    this.#settle(outcome)
  }

  reject(token: string, index: number, _number: number, head: ResponseHead, body: string): void {
    this.#settle(rejectedOutcome(token, index, this.#apnsId, head, body))
  }

  unknown(token: string, index: number, _number: number, cause: PushError): void {
    this.#settle({ kind: 'unknown', token, index, apnsId: this.#apnsId, cause })
  }

  unsent(token: string, index: number, _number: number, cause: PushError): void {
    this.#settle({ kind: 'unsent', token, index, apnsId: this.#apnsId, cause })
  }
}

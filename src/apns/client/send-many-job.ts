/**
 * One `sendMany`: takes tokens from its source as connections have room, and hands outcomes on in batches.
 *
 * States of the source:
 * - `open`: there may be more;
 * - `failing`: no connection can be made; the rest is read and ends as unsent, at the consumer's pace;
 * - `stopped`: aborted; what has not been read stays unread, and has no outcome;
 * - `ended`: all of it has been taken.
 *
 * Tokens of an asynchronous source are fetched one item ahead. Nothing is taken while the consumer leaves more than a fixed
 * number of outcomes lying, so that memory does not grow with the input.
 */
import { PushError, shown } from '../../base/errors.js'
import { rejectedOutcome } from './answer.js'
import type { EncodedMessage, Job, Refusal, ResponseHead } from './job.js'
import type { ApnsObserver } from './observer.js'
import type { TokenPage, TokenSource } from './options.js'
import type { OutcomeBatch } from './outcome.js'
import { apnsIdOf, invalidToken, isToken } from './request-writer.js'
import { SettledBlocks } from './settled-blocks.js'

/** A batch is handed over when it has this many outcomes, or when the client's clock ticks. */
const BATCH_OUTCOMES = 256
/** How many outcome objects may lie unread before no more tokens are taken. */
const MAX_UNREAD_OUTCOMES = 4096

type Item = string | readonly string[] | TokenPage

export class SendManyJob implements Job {
  readonly message: EncodedMessage
  readonly detailed = false
  readonly replaysUnknown: boolean
  // The token that was taken last.
  token = ''
  index = 0
  number = 0

  readonly #source: Iterator<Item> | AsyncIterator<Item>
  readonly #async: boolean
  readonly #observer: ApnsObserver | undefined
  /** Called when an asynchronous source has brought something. */
  readonly #wake: () => void
  readonly #blocks = new SettledBlocks()
  #state: 'open' | 'failing' | 'stopped' | 'ended' = 'open'
  /** Whether `stop` was called, which may be after the source has ended. */
  #aborted = false
  #failCause: PushError | undefined
  #sourceError: unknown
  #fetching = false
  #page: readonly string[] = []
  #numbers: readonly number[] | undefined
  #position = 0
  #batch: OutcomeBatch = emptyBatch()
  #unread = 0
  /** What the last batch said of `settled`. */
  #settledSaid = 0
  #deliver: (() => void) | undefined

  constructor(
    message: EncodedMessage,
    tokens: TokenSource,
    replaysUnknown: boolean,
    observer: ApnsObserver | undefined,
    wake: () => void,
  ) {
    // A string is an iterable too, but one of characters.
    if (typeof tokens !== 'object' || tokens === null || !isIterable(tokens)) {
      throw new PushError(
        'PUSH_ERR_INPUT_INVALID',
        `tokens: ${shown(tokens)} is not allowed; use an iterable of tokens or of pages of tokens`,
        { field: 'tokens' },
      )
    }
    this.message = message
    this.replaysUnknown = replaysUnknown
    this.#observer = observer
    this.#wake = wake
    this.#async = Symbol.asyncIterator in tokens
    this.#source = Symbol.asyncIterator in tokens ? tokens[Symbol.asyncIterator]() : tokens[Symbol.iterator]()
  }

  get over(): boolean {
    return this.#aborted || this.#state === 'failing'
  }

  /** Whether `next` may bring something now or has to be tried. */
  get hasNext(): boolean {
    return (
      this.#state === 'open' &&
      this.#unread < MAX_UNREAD_OUTCOMES &&
      (this.#position < this.#page.length || !this.#fetching)
    )
  }

  /** Takes the next token into the fields; false: there is none now. */
  next(): boolean {
    while (this.#state === 'open' && this.#unread < MAX_UNREAD_OUTCOMES) {
      if (this.#position < this.#page.length) {
        this.#take()
        if (isToken(this.token)) return true
        this.unsent(this.token, this.index, this.number, invalidToken(this.token))
      } else if (!this.#turnPage()) {
        return false
      }
    }
    return false
  }

  accept(_token: string, index: number, head: ResponseHead | undefined): void {
    this.#batch.accepted++
    if (head?.apnsUniqueId !== undefined) this.#name(index, head.apnsUniqueId)
    if (this.#observer !== undefined) this.#observer.ended?.('accepted', undefined)
    this.#settle(index)
  }

  /** Only where the server sends such ids; elsewhere who accepted is only counted. */
  #name(index: number, apnsUniqueId: string): void {
    this.#batch.named ??= []
    this.#batch.named.push({ index, apnsUniqueId })
    this.#unread++
  }

  reject(token: string, index: number, number: number, refusal: Refusal): void {
    this.#observer?.ended?.('rejected', undefined)
    this.#batch.rejected.push(rejectedOutcome(token, index, this.#apnsId(number), refusal))
    this.#unread++
    this.#settle(index)
  }

  unknown(token: string, index: number, number: number, cause: PushError): void {
    this.#observer?.ended?.('unknown', cause)
    this.#batch.unknown.push({ kind: 'unknown', token, index, apnsId: this.#apnsId(number), cause })
    this.#unread++
    this.#settle(index)
  }

  unsent(token: string, index: number, number: number, cause: PushError): void {
    this.#observer?.ended?.('unsent', cause)
    this.#batch.unsent.push({ kind: 'unsent', token, index, apnsId: this.#apnsId(number), cause })
    this.#unread++
    this.#settle(index)
  }

  /** No connection can be made: whatever is left of the source ends as unsent, as the consumer asks for it. */
  fail(cause: PushError): void {
    if (this.#state !== 'open') return
    this.#failCause = cause
    this.#state = 'failing'
    this.publish()
  }

  /** No more tokens are taken; those of the current page end as unsent. */
  stop(cause: PushError): void {
    this.#aborted = true
    if (this.#state === 'stopped' || this.#state === 'ended') return
    this.#state = 'stopped'
    while (this.#position < this.#page.length) {
      this.#take()
      this.unsent(this.token, this.index, this.number, cause)
    }
    this.#blocks.end()
    this.publish()
  }

  /** Hands over what is known by now, however little. */
  publish(): void {
    this.#deliver?.()
  }

  /** The batches, until everything that was taken has its outcome. Throws what the source throws, after the outcomes. */
  async *batches(): AsyncGenerator<OutcomeBatch, void, undefined> {
    try {
      while (true) {
        if (this.#state === 'failing') this.#drainSource(this.#failCause!)
        if (this.#hasNews()) yield this.#takeBatch()
        else if (this.#finished()) {
          // The outcomes were out before the source was known to have ended: now its last block is closed.
          if (this.#blocks.prefix > this.#settledSaid) yield this.#takeBatch()
          break
        } else await new Promise<void>((resolve) => this.#waitFor(resolve))
      }
      if (this.#sourceError !== undefined) throw this.#sourceError
    } finally {
      this.stop(new PushError('PUSH_ERR_ABORTED', 'the sending was ended by its caller'))
      // A source that is busy would answer only when it is done.
      const returned = Promise.resolve(this.#source.return?.())
      if (this.#fetching) returned.catch(() => {})
      else await returned
    }
  }

  #waitFor(resolve: () => void): void {
    this.#deliver = () => {
      if (!this.#hasNews() && !this.#finished() && this.#state !== 'failing') return
      this.#deliver = undefined
      resolve()
    }
  }

  #hasNews(): boolean {
    return this.#batch.accepted > 0 || this.#unread > 0
  }

  #finished(): boolean {
    return (this.#state === 'ended' || this.#state === 'stopped') && this.#blocks.pending === 0
  }

  #takeBatch(): OutcomeBatch {
    const batch = this.#batch
    batch.settled = this.#blocks.prefix
    this.#settledSaid = batch.settled
    this.#batch = emptyBatch()
    const held = this.#unread >= MAX_UNREAD_OUTCOMES
    this.#unread = 0
    if (held) this.#wake()
    return batch
  }

  #take(): void {
    this.token = this.#page[this.#position]!
    this.number = this.#numbers?.[this.#position] ?? 0
    this.#position++
    this.index = this.#blocks.take()
  }

  /** Gets the next page; false: it is not there yet, or there is none. */
  #turnPage(): boolean {
    if (this.#fetching) return false
    try {
      const result = this.#source.next()
      if (this.#async) {
        this.#fetching = true
        Promise.resolve(result).then(
          (answer) => this.#fetched(answer),
          (error) => this.#endSource(error),
        )
        return false
      }
      return this.#open(result as IteratorResult<Item>)
    } catch (error) {
      this.#endSource(error)
      return false
    }
  }

  #fetched(result: IteratorResult<Item>): void {
    this.#fetching = false
    if (this.#state === 'stopped') return
    try {
      this.#open(result)
    } catch (error) {
      this.#endSource(error)
    }
    if (this.#state === 'open') this.#wake()
    else this.publish()
  }

  #endSource(error?: unknown): void {
    this.#fetching = false
    this.#sourceError ??= error
    if (this.#state !== 'stopped') this.#state = 'ended'
    this.#blocks.end()
    this.publish()
  }

  #open(result: IteratorResult<Item>): boolean {
    if (result.done === true) {
      this.#endSource()
      return false
    }
    const item = result.value
    const page: TokenPage =
      typeof item === 'string'
        ? { tokens: [item] }
        : Array.isArray(item)
          ? { tokens: item }
          : (item as TokenPage)
    this.#checkPage(page)
    this.#page = page.tokens
    this.#numbers = page.numbers
    this.#position = 0
    return true
  }

  #checkPage(page: TokenPage): void {
    if (!Array.isArray(page?.tokens)) {
      throw new PushError(
        'PUSH_ERR_INPUT_INVALID',
        `tokens: ${shown(page)} is neither a token nor a page of tokens`,
      )
    }
    if (this.message.fields.apnsIdPrefix !== undefined && page.numbers?.length !== page.tokens.length) {
      throw new PushError(
        'PUSH_ERR_INPUT_INVALID',
        'numbers: with apnsIdPrefix, each token of a page needs its number',
      )
    }
  }

  /** Counts the next of the source as unsent, a batch's worth at the most. */
  #drainSource(cause: PushError): void {
    while (this.#state === 'failing' && this.#unread < BATCH_OUTCOMES) {
      if (this.#position < this.#page.length) {
        this.#take()
        this.unsent(this.token, this.index, this.number, cause)
      } else if (!this.#turnPage()) {
        return
      }
    }
  }

  #apnsId(number: number): string | undefined {
    const prefix = this.message.fields.apnsIdPrefix
    return prefix === undefined ? undefined : apnsIdOf(prefix, number)
  }

  #settle(index: number): void {
    this.#blocks.settle(index)
    if (this.#deliver === undefined) return
    if (this.#batch.accepted + this.#unread >= BATCH_OUTCOMES || this.#blocks.pending === 0) this.#deliver()
  }
}

function emptyBatch(): OutcomeBatch {
  return { accepted: 0, rejected: [], unknown: [], unsent: [], settled: 0 }
}

function isIterable(tokens: object): boolean {
  return Symbol.asyncIterator in tokens || Symbol.iterator in tokens
}

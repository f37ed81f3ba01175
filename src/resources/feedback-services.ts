import type { Clock } from '../base/index.js'
import { checkFeedbackService, type FeedbackService } from '../model/index.js'
import type { Check, FeedbackServiceStore } from '../store/index.js'
import { feedbackServiceNotFound } from './not-found.js'

/** A feedback service to be made. */
export interface FeedbackServiceInput {
  name: string
  hostname: string
  /** The id of the APN service whose devices are meant. */
  service: number
}

/** The feedback services. */
export class FeedbackServices {
  readonly #store: FeedbackServiceStore
  readonly #clock: Clock

  constructor(store: FeedbackServiceStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** PUSH_ERR_INPUT_INVALID, PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_FEEDBACK_SERVICE_EXISTS. */
  async create({ service, ...rest }: FeedbackServiceInput): Promise<FeedbackService> {
    return await this.#store.create(checkFeedbackService({ ...rest, serviceId: service }))
  }

  /** Undefined where no feedback service has this id. */
  get(id: number): Promise<FeedbackService | undefined> {
    return this.#store.get(id)
  }

  /**
   * Changes what is named and leaves the rest. The errors of `create`, and PUSH_ERR_FEEDBACK_SERVICE_NOT_FOUND.
   *
   * @param options.check looks at it as it is, in the same transaction; what it throws leaves all as it is
   */
  async change(
    id: number,
    { service, ...rest }: Partial<FeedbackServiceInput>,
    { check }: { check?: Check<FeedbackService> } = {},
  ): Promise<FeedbackService> {
    return await this.#store.change(id, (current) => {
      check?.(current)
      const { id: _, ...old } = current
      return checkFeedbackService({ ...old, ...rest, ...(service !== undefined && { serviceId: service }) })
    })
  }

  /** Schedules that call it go with it; the ledger stays. PUSH_ERR_FEEDBACK_SERVICE_NOT_FOUND. `check` as with `change`. */
  remove(id: number, { check }: { check?: Check<FeedbackService> } = {}): Promise<void> {
    return this.#store.remove(id, check)
  }

  /** All feedback services, by id. */
  list(): Promise<FeedbackService[]> {
    return this.#store.list()
  }

  /**
   * Deactivates the devices that Apple has found dead, unless their apps have registered since. Returns how many: none
   * where the APN service deactivates at once (`feedback: immediate`). PUSH_ERR_FEEDBACK_SERVICE_NOT_FOUND.
   */
  async call(id: number): Promise<number> {
    const feedbackService = await this.#store.get(id)
    if (feedbackService === undefined) throw feedbackServiceNotFound(id)
    return await this.#store.applyFeedback(feedbackService.serviceId, this.#clock.now())
  }
}

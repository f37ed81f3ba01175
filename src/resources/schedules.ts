import { type Clock, PushError } from '../base/index.js'
import { checkCron, type Delivery, nextRun } from '../delivery/index.js'
import { checkTimeZone, type Notification, type Schedule, type ScheduleAction } from '../model/index.js'
import type { Check, Store } from '../store/index.js'
import { feedbackServiceNotFound } from './not-found.js'
import { modelled, type NotificationInput } from './notifications.js'
import { deliveryOptions, type SubmitOptions } from './push-options.js'

interface Times {
  /**
   * Five fields (minute, hour, day of month, month, day of week), or six with seconds in front. Names (MON, JAN), ranges, lists, steps,
   * L, W and # are understood; with a day of month and a day of week, either is enough.
   */
  cron: string
  /** The IANA time zone of the cron line; UTC by default. */
  timeZone?: string
  /** Who wants it: a user's name. */
  by?: string
}

/** A push to be made again and again. The audience is resolved at each of its times. */
export interface PushScheduleInput
  extends Times,
    Pick<
      SubmitOptions,
      'tokens' | 'devices' | 'users' | 'where' | 'chunkSize' | 'urgency' | 'duplicates' | 'maxAttempts'
    > {
  /** A stored notification, or one that is stored now. It may have no expiration but 0. */
  notification: Notification | NotificationInput
}

/** A feedback service to be called again and again. */
export interface FeedbackScheduleInput extends Times {
  /** The id of the feedback service. */
  feedbackService: number
}

/** What is done again and again; a worker (`work`, or the commands `serve` and `worker`) does it. */
export class Schedules {
  readonly #store: Store
  readonly #delivery: Delivery
  readonly #clock: Clock

  constructor(store: Store, delivery: Delivery, clock: Clock) {
    this.#store = store
    this.#delivery = delivery
    this.#clock = clock
  }

  /**
   * Checks a schedule and stores it. PUSH_ERR_INPUT_INVALID, PUSH_ERR_SERVICE_NOT_FOUND, PUSH_ERR_FEEDBACK_SERVICE_NOT_FOUND, and
   * what `push` throws for the notification and the options; that nobody is there to push to is no error yet.
   */
  async create({
    cron,
    timeZone = 'UTC',
    by,
    ...what
  }: PushScheduleInput | FeedbackScheduleInput): Promise<Schedule> {
    const now = this.#clock.now()
    const zone = checkTimeZone('timeZone', timeZone)
    const times = { ...checkCron(cron, zone, now), timeZone: zone, createdBy: by ?? null }
    return await this.#store.schedules.create({ ...times, ...(await this.#actionOf(what)) }, now)
  }

  /** Undefined where no schedule has this id. */
  get(id: number): Promise<Schedule | undefined> {
    return this.#store.schedules.get(id)
  }

  /** PUSH_ERR_SCHEDULE_NOT_FOUND. */
  async existing(id: number): Promise<Schedule> {
    const schedule = await this.get(id)
    if (schedule !== undefined) return schedule
    throw new PushError('PUSH_ERR_SCHEDULE_NOT_FOUND', `schedule with id ${id} does not exist`, {
      field: 'id',
    })
  }

  /** All schedules, by id. */
  list(): Promise<Schedule[]> {
    return this.#store.schedules.list()
  }

  /** The next times of a schedule, were it not paused. PUSH_ERR_SCHEDULE_NOT_FOUND. */
  async next(id: number, count = 1): Promise<Date[]> {
    const { cron, timeZone } = await this.existing(id)
    const times: Date[] = []
    for (let after = this.#clock.now(); times.length < count; ) {
      const at = nextRun(cron, timeZone, after)
      if (at === null) break
      times.push(new Date(at))
      after = at
    }
    return times
  }

  /** Nothing is done until `resume`. A push that was made already goes on. PUSH_ERR_SCHEDULE_NOT_FOUND. */
  pause(id: number): Promise<Schedule> {
    return this.#store.schedules.setNext(id, null)
  }

  /** Goes on with the next time; what was missed is not made up for. PUSH_ERR_SCHEDULE_NOT_FOUND. */
  async resume(id: number): Promise<Schedule> {
    const schedule = await this.existing(id)
    if (!schedule.isPaused) return schedule
    const { cron, timeZone } = schedule
    return await this.#store.schedules.setNext(id, nextRun(cron, timeZone, this.#clock.now()))
  }

  /** Pushes that it has made stay. `check` may throw; then nothing is removed. PUSH_ERR_SCHEDULE_NOT_FOUND. */
  remove(id: number, { check }: { check?: Check<Schedule> } = {}): Promise<void> {
    return this.#store.schedules.remove(id, check)
  }

  async #actionOf(
    what: Omit<PushScheduleInput, keyof Times> | Omit<FeedbackScheduleInput, keyof Times>,
  ): Promise<{ serviceId: number; action: ScheduleAction }> {
    if ('notification' in what) {
      const { notification, ...options } = what
      const input = modelled(notification)
      const action = await this.#delivery.scheduledPush(input, deliveryOptions(options))
      return { serviceId: input.serviceId, action }
    }
    const { feedbackService: feedbackServiceId } = what
    const feedbackService = await this.#store.feedbackServices.get(feedbackServiceId)
    if (feedbackService === undefined) throw feedbackServiceNotFound(feedbackServiceId)
    return { serviceId: feedbackService.serviceId, action: { kind: 'feedback', feedbackServiceId } }
  }
}

/*
 * Runs schedules whose time has come.
 *
 * Several workers may find the same one due, and one may be killed at any moment. So the push is submitted first, under an
 * idempotency key that is made of the schedule and the time it was due, which makes whoever comes second find the same push; then
 * the schedule is moved on, by whoever is first. Calling a feedback service twice does nothing the second time.
 *
 * What came to nothing (nobody to push to, a notification that is gone) is noted, and the next time is waited for. Only where the
 * store can't be used is the run repeated. Times that were missed while no worker ran are made up for once, all together.
 */
import { type Clock, errorMessage, type Logger, PushError } from '../base/index.js'
import type { Notification, Push, PushAction, Schedule } from '../model/index.js'
import { isStoreOutage, type Store } from '../store/index.js'
import { nextRun } from './cron.js'
import type { PushOptions } from './push-options.js'

export interface ScheduleRunnerParts {
  store: Store
  clock: Clock
  logger: Logger
  submit: (notification: Notification, options: PushOptions) => Promise<Push>
}

/** What came of a run. */
interface Result {
  lastResult: string
  lastPushId?: number
}

export class ScheduleRunner {
  readonly #parts: ScheduleRunnerParts

  constructor(parts: ScheduleRunnerParts) {
    this.#parts = parts
  }

  /** Throws only what the store throws; what was not moved on is run again then. */
  async runDue(): Promise<void> {
    const { store, clock } = this.#parts
    for (const schedule of await store.schedules.due(clock.now())) await this.#run(schedule, schedule.nextAt!)
  }

  async #run(schedule: Schedule, dueAt: number): Promise<void> {
    const { store, clock, logger } = this.#parts
    const { id, cron, timeZone } = schedule
    const result = await this.#result(schedule, dueAt)
    if (result === undefined) return
    const lastAt = clock.now()
    let nextAt: number | null = null
    try {
      nextAt = nextRun(cron, timeZone, lastAt)
    } catch (error) {
      // A time zone that this machine does not know, where another made the schedule. The others go on.
      result.lastResult += `; no next time can be told: ${errorMessage(error)}`
    }
    await store.schedules.advance(id, dueAt, { ...result, lastAt, nextAt })
    logger.info({ scheduleId: id, result: result.lastResult }, 'A schedule ran')
  }

  /** Undefined: this worker is about to end, and does nothing. */
  async #result(schedule: Schedule, dueAt: number): Promise<Result | undefined> {
    const { action, id } = schedule
    try {
      return action.kind === 'push'
        ? await this.#push(action, schedule, `schedule:${id}:${dueAt}`)
        : await this.#callFeedbackService(action.feedbackServiceId)
    } catch (error) {
      if (isStoreOutage(error)) throw error
      if (error instanceof PushError && error.code === 'PUSH_ERR_CLOSED') return undefined
      return { lastResult: errorMessage(error) }
    }
  }

  async #push(action: PushAction, { createdBy }: Schedule, idempotencyKey: string): Promise<Result> {
    const { notificationId, audience, chunkSize, urgency, duplicates, maxAttempts } = action
    const notification = await this.#parts.store.notifications.get(notificationId)
    if (notification === undefined)
      return { lastResult: `notification ${notificationId} does not exist any more` }
    const push = await this.#parts.submit(notification, {
      ...{ audience, urgency, duplicates, maxAttempts, idempotencyKey },
      ...(chunkSize !== null && { chunkSize }),
      ...(createdBy !== null && { by: createdBy }),
    })
    // Those of a condition are yet to be found.
    const devices = push.state === 'scheduled' ? '' : `, devices: ${push.audienceSize}`
    return { lastPushId: push.id, lastResult: `push ${push.id}${devices}` }
  }

  async #callFeedbackService(feedbackServiceId: number): Promise<Result> {
    const { store, clock } = this.#parts
    const feedbackService = await store.feedbackServices.get(feedbackServiceId)
    if (feedbackService === undefined)
      return { lastResult: `feedback service ${feedbackServiceId} does not exist any more` }
    const count = await store.feedbackServices.applyFeedback(feedbackService.serviceId, clock.now())
    return { lastResult: `devices deactivated: ${count}` }
  }
}

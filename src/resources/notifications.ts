import type { Clock } from '../base/index.js'
import {
  checkNotification,
  type NewNotification,
  type Notification,
  type NotificationSearch,
} from '../model/index.js'
import type { Check, NotificationStore, OrderedPage } from '../store/index.js'
import { nextTurn } from './next-turn.js'

/** A notification to be made: everything but the service may be absent. */
export type NotificationInput = Omit<NewNotification, 'serviceId'> & {
  /** The id of the service. */
  service: number
}

/** What is to be changed of a notification. Absent fields stay; null, or an empty text, takes a field back. */
export type NotificationChange = Partial<Omit<NewNotification, 'serviceId'>>

/** Which notifications, a page at a time; all conditions must hold. Times are in milliseconds since 1970. */
export interface NotificationQuery extends OrderedPage, Omit<NotificationSearch, 'serviceId' | 'text'> {
  /** The id of a service. */
  service?: number
  /** Stands in the message, the title or one of the payloads; letters from a to z in either case. */
  search?: string
}

/** Steps of the store that one page makes at most: 100,000 notifications. */
const STEPS_A_PAGE = 20

/** The notifications that are stored. */
export class Notifications {
  readonly #store: NotificationStore
  readonly #clock: Clock

  constructor(store: NotificationStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Stores a notification; it is sent by `push`. PUSH_ERR_INPUT_INVALID, PUSH_ERR_SERVICE_NOT_FOUND. */
  async create(input: NotificationInput): Promise<Notification> {
    return await this.#store.create(checkNotification(newNotification(input)), this.#clock.now())
  }

  /**
   * Changes what is named. Pushes that were made of it keep what they have; schedules send it as it is then. PUSH_ERR_INPUT_INVALID,
   * PUSH_ERR_NOTIFICATION_NOT_FOUND.
   *
   * @param options.check looks at it as it is, in the same transaction; what it throws leaves all as it is
   */
  change(
    id: number,
    change: NotificationChange,
    { check }: { check?: Check<Notification> } = {},
  ): Promise<Notification> {
    return this.#store.change(id, (current) => {
      check?.(current)
      return checkNotification({ ...current, ...change })
    })
  }

  /** Pushes of it stay, without a notification. PUSH_ERR_NOTIFICATION_NOT_FOUND. */
  remove(id: number, { check }: { check?: Check<Notification> } = {}): Promise<void> {
    return this.#store.remove(id, check)
  }

  /** Undefined where no notification has this id. */
  get(id: number): Promise<Notification | undefined> {
    return this.#store.get(id)
  }

  /** By id, a whole page, however many have to be looked at for it. PUSH_ERR_INPUT_INVALID. */
  async list({ limit = 100, ...query }: NotificationQuery = {}): Promise<Notification[]> {
    const all: Notification[] = []
    for (let after = query.after; all.length < limit; ) {
      const rest = { ...query, ...(after !== undefined && { after }), limit: limit - all.length }
      const { notifications, next } = await this.page(rest)
      all.push(...notifications)
      if (next === undefined) break
      after = next
    }
    return all
  }

  /**
   * By id, what is found among the next 100,000 that have to be looked at; so a page may hold fewer than `limit`, or none, though there
   * are more. `next`: what to go on after; absent: there are no more. PUSH_ERR_INPUT_INVALID.
   */
  async page(query: NotificationQuery = {}): Promise<{ notifications: Notification[]; next?: number }> {
    const { after = 0, limit = 100, order, service, search, ...times } = query
    const which = {
      ...times,
      ...(service !== undefined && { serviceId: service }),
      ...(search !== undefined && search !== '' && { text: search }),
    }
    const notifications: Notification[] = []
    let next: number | undefined = after
    for (let step = 0; step < STEPS_A_PAGE && next !== undefined && notifications.length < limit; step++) {
      if (step > 0) await nextTurn()
      const page = { after: next, limit: limit - notifications.length, ...(order !== undefined && { order }) }
      const found = await this.#store.list(which, page)
      notifications.push(...found.notifications)
      next = found.next
    }
    return { notifications, ...(next !== undefined && { next }) }
  }
}

/** The same by the model's names. */
function newNotification({ service, ...rest }: NotificationInput): NewNotification {
  return { ...rest, serviceId: service }
}

/** A stored notification as it is; one to be made by the model's names. */
export function modelled(notification: Notification | NotificationInput): Notification | NewNotification {
  return 'service' in notification ? newNotification(notification) : notification
}

import type { Clock } from '../base/index.js'
import { checkNotification, type NewNotification, type Notification } from '../model/index.js'
import type { Check, NotificationStore, Page } from '../store/index.js'

/** A notification to be made: everything but the service may be absent. */
export type NotificationInput = Omit<NewNotification, 'serviceId'> & {
  /** The id of the service. */
  service: number
}

/** What is to be changed of a notification. Absent fields stay; null, or an empty text, takes a field back. */
export type NotificationChange = Partial<Omit<NewNotification, 'serviceId'>>

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

  /** By id, a page at a time. */
  list({ service, ...page }: Page & { service?: number } = {}): Promise<Notification[]> {
    return this.#store.list({ ...page, ...(service !== undefined && { serviceId: service }) })
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

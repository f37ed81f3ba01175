import type { Clock } from '../base/index.js'
import { checkNotification, type NewNotification, type Notification } from '../model/index.js'
import type { NotificationStore, Page } from '../store/index.js'

/** A notification to be made: everything but the service may be absent. */
export type NotificationInput = Omit<NewNotification, 'serviceId'> & {
  /** The id of the service. */
  service: number
}

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

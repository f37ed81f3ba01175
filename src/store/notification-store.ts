import type { Kysely, Selectable } from 'kysely'
import type { NewNotification, Notification } from '../model/index.js'
import { isForeignKeyViolation, serviceNotFound } from './constraint-violation.js'
import { pageBounds } from './page-bounds.js'
import type { NotificationRow, Schema } from './schema.js'
import type { NotificationStore, Page } from './store.js'

/** Notifications; their JSON is kept as text. */
export class KyselyNotificationStore implements NotificationStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async create(notification: NewNotification, at: number): Promise<Notification> {
    const { serviceId, message = '', title = '', badge = null, silent = null, sound = '' } = notification
    const { pushType = null, priority = null, collapseId = null, expiration = null } = notification
    try {
      const row = await this.#db
        .insertInto('notifications')
        .values({
          ...{ serviceId, message, title, badge, sound, pushType, priority, collapseId, expiration },
          silent: silent === null ? null : silent ? 1 : 0,
          customPayload: textOf(notification.customPayload),
          locPayload: textOf(notification.locPayload),
          payload: textOf(notification.payload),
          createdAt: at,
        })
        .returningAll()
        .executeTakeFirstOrThrow()
      return notificationOf(row)
    } catch (error) {
      if (isForeignKeyViolation(error)) throw serviceNotFound(serviceId)
      throw error
    }
  }

  async get(id: number): Promise<Notification | undefined> {
    const row = await this.#db.selectFrom('notifications').selectAll().where('id', '=', id).executeTakeFirst()
    return row && notificationOf(row)
  }

  async list(page: Page & { serviceId?: number } = {}): Promise<Notification[]> {
    const { after, limit } = pageBounds(page)
    let query = this.#db.selectFrom('notifications').selectAll().where('id', '>', after)
    if (page.serviceId !== undefined) query = query.where('serviceId', '=', page.serviceId)
    const rows = await query.orderBy('id').limit(limit).execute()
    return rows.map(notificationOf)
  }
}

type JsonColumn = Notification['payload']

function textOf(value: JsonColumn | undefined): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value)
}

function jsonOf(text: string | null): JsonColumn {
  return text === null ? null : (JSON.parse(text) as JsonColumn)
}

function notificationOf(row: Selectable<NotificationRow>): Notification {
  return {
    ...row,
    silent: row.silent === null ? null : row.silent === 1,
    customPayload: jsonOf(row.customPayload),
    locPayload: jsonOf(row.locPayload),
    payload: jsonOf(row.payload),
  }
}

import type { Kysely, Selectable } from 'kysely'
import { PushError } from '../base/index.js'
import type { NewNotification, Notification, NotificationSearch } from '../model/index.js'
import { isForeignKeyViolation, serviceNotFound } from './constraint-violation.js'
import { scanNotifications } from './notification-scan.js'
import { orderedBounds } from './page-bounds.js'
import type { NotificationRow, Schema } from './schema.js'
import type { Check, NotificationStore, OrderedPage } from './store.js'

/** Notifications; their JSON is kept as text. */
export class KyselyNotificationStore implements NotificationStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async create(notification: NewNotification, at: number): Promise<Notification> {
    const { serviceId } = notification
    try {
      const row = await this.#db
        .insertInto('notifications')
        .values({ ...rowOf(notification), serviceId, createdAt: at })
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

  async list(
    search: NotificationSearch = {},
    page?: OrderedPage,
    scanRows?: number,
  ): ReturnType<NotificationStore['list']> {
    const { rows, ...end } = await scanNotifications(this.#db, search, orderedBounds(page), scanRows)
    return { notifications: rows.map(notificationOf), ...end }
  }

  async change(
    id: number,
    decide: (current: Notification) => Omit<NewNotification, 'serviceId'>,
  ): Promise<Notification> {
    return await this.#db.transaction().execute(async (db) => {
      const changed = rowOf(decide(await existing(db, id)))
      const update = db.updateTable('notifications').set(changed).where('id', '=', id)
      return notificationOf(await update.returningAll().executeTakeFirstOrThrow())
    })
  }

  async remove(id: number, check?: Check<Notification>): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const current = await existing(db, id)
      check?.(current)
      await db.deleteFrom('notifications').where('id', '=', id).execute()
    })
  }
}

async function existing(db: Kysely<Schema>, id: number): Promise<Notification> {
  const row = await db.selectFrom('notifications').selectAll().where('id', '=', id).executeTakeFirst()
  if (row !== undefined) return notificationOf(row)
  throw new PushError('PUSH_ERR_NOTIFICATION_NOT_FOUND', `notification with id ${id} does not exist`, {
    field: 'notification',
  })
}

/** The columns that its maker decides on. */
function rowOf(notification: Omit<NewNotification, 'serviceId'>) {
  const { message = '', title = '', badge = null, silent = null, sound = '' } = notification
  const { pushType = null, priority = null, collapseId = null, expiration = null } = notification
  return {
    ...{ message, title, badge, sound, pushType, priority, collapseId, expiration },
    silent: silent === null ? null : silent ? (1 as const) : (0 as const),
    customPayload: textOf(notification.customPayload),
    locPayload: textOf(notification.locPayload),
    payload: textOf(notification.payload),
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

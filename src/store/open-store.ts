import { dirname, join, resolve } from 'node:path'
import { type Migration, Migrator, sql } from 'kysely'
import { type Logger, PushError, silentLogger } from '../base/index.js'
import { KyselyAuditStore } from './audit-store.js'
import { claimChore } from './chores.js'
import { KyselyFeedbackServiceStore } from './feedback-service-store.js'
import { KyselyFeedbackStore } from './feedback-store.js'
import { migrations } from './migrations.js'
import { KyselyNotificationStore } from './notification-store.js'
import { KyselyScheduleStore } from './schedule-store.js'
import { Sealer } from './sealing.js'
import { decodeSecretKey, loadSecretKeyFile } from './secret-key.js'
import { KyselyServiceStore } from './service-store.js'
import { KyselySessionStore } from './session-store.js'
import { deviceEventTriggers } from './sqlite/device-event-triggers.js'
import { SqliteApiTokenStore } from './sqlite/sqlite-api-token-store.js'
import { SqliteDatabase } from './sqlite/sqlite-database.js'
import { SqliteDeviceStore } from './sqlite/sqlite-device-store.js'
import { SqlitePushStore } from './sqlite/sqlite-push-store.js'
import { KyselyStatsStore } from './stats-store.js'
import type { Store } from './store.js'
import { KyselyUserStore } from './user-store.js'
import { KyselyWorkerStore } from './worker-store.js'

/** Options of `openStore`. */
export interface OpenStoreOptions {
  /** `sqlite:PATH`, or just a path. */
  database: string
  /** Seals secrets: base64 of 32 bytes. Absent: `secret.key` beside the file, which is made where there is none. */
  secretKey?: string
  logger?: Logger
}

/**
 * Opens the database, and creates it and its folder where needed. It has no tables before `migrate` was called.
 *
 * @throws PUSH_ERR_CONFIG_INVALID, PUSH_ERR_DATABASE_OPEN, PUSH_ERR_SECRET_KEY_INVALID
 */
export async function openStore({
  database,
  secretKey,
  logger = silentLogger,
}: OpenStoreOptions): Promise<Store> {
  const path = sqlitePath(database)
  const sqlite = new SqliteDatabase(path)
  try {
    const key =
      secretKey === undefined
        ? loadSecretKeyFile(join(dirname(path), 'secret.key'))
        : decodeSecretKey(secretKey, 'secretKey')
    return new SqliteStore(sqlite, path, new Sealer(key), logger)
  } catch (error) {
    await sqlite.close()
    throw error
  }
}

function sqlitePath(database: string): string {
  const path = database.replace(/^sqlite:/, '')
  if (path !== '' && !/^[a-z]+:\/\//.test(path)) return resolve(path)
  // A URL may hold a password: only its scheme is shown.
  const given = path.match(/^[a-z]+:\/\//)?.[0] ?? database
  throw new PushError(
    'PUSH_ERR_CONFIG_INVALID',
    `database: ${JSON.stringify(given)} is not allowed; use sqlite:PATH`,
    { field: 'database' },
  )
}

/** The parts of a store on one SQLite file. */
class SqliteStore implements Store {
  readonly services: KyselyServiceStore
  readonly devices: SqliteDeviceStore
  readonly users: KyselyUserStore
  readonly notifications: KyselyNotificationStore
  readonly pushes: SqlitePushStore
  readonly feedbackServices: KyselyFeedbackServiceStore
  readonly schedules: KyselyScheduleStore
  readonly feedback: KyselyFeedbackStore
  readonly stats: KyselyStatsStore
  readonly apiTokens: SqliteApiTokenStore
  readonly sessions: KyselySessionStore
  readonly auditLog: KyselyAuditStore
  readonly workers: KyselyWorkerStore
  readonly #database: SqliteDatabase
  readonly #path: string
  readonly #logger: Logger

  constructor(database: SqliteDatabase, path: string, sealer: Sealer, logger: Logger) {
    this.#database = database
    this.#path = path
    this.#logger = logger
    this.services = new KyselyServiceStore(database.kysely, sealer)
    this.devices = new SqliteDeviceStore(database)
    this.users = new KyselyUserStore(database.kysely)
    this.notifications = new KyselyNotificationStore(database.kysely)
    this.pushes = new SqlitePushStore(database)
    this.feedbackServices = new KyselyFeedbackServiceStore(database.kysely)
    this.schedules = new KyselyScheduleStore(database.kysely)
    this.feedback = new KyselyFeedbackStore(database.kysely)
    this.stats = new KyselyStatsStore(database.kysely)
    this.apiTokens = new SqliteApiTokenStore(database)
    this.sessions = new KyselySessionStore(database.kysely)
    this.auditLog = new KyselyAuditStore(database.kysely)
    this.workers = new KyselyWorkerStore(database.kysely)
  }

  async migrate(): Promise<number> {
    const known = migrations({
      identity: (column) => column.primaryKey().autoIncrement(),
      deviceEventTriggers,
    })
    await this.#refuseNewer(known)
    const migrator = new Migrator({
      db: this.#database.kysely.withoutPlugins(),
      provider: { getMigrations: async () => known },
      // The order in which they ran is told by clocks that may have been set back.
      allowUnorderedMigrations: true,
    })
    const { error, results = [] } = await migrator.migrateToLatest()
    if (error !== undefined) throw error
    for (const { migrationName } of results) {
      this.#logger.info({ database: this.#path, migration: migrationName }, 'The database was migrated')
    }
    return results.length
  }

  async #refuseNewer(known: Record<string, Migration>): Promise<void> {
    const db = this.#database.kysely.withoutPlugins()
    const table = await sql`select 1 from sqlite_master where name = 'kysely_migration'`.execute(db)
    if (table.rows.length === 0) return
    const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
    const unknown = rows.find(({ name }) => !Object.hasOwn(known, name))
    if (unknown === undefined) return
    throw new PushError(
      'PUSH_ERR_DATABASE_SCHEMA',
      `the database ${this.#path} was written by a newer version (it has the migration ${unknown.name}); install that version`,
      { field: 'database' },
    )
  }

  claim(chore: string, at: number, everyMs: number): Promise<boolean> {
    return claimChore(this.#database.kysely, chore, at, everyMs)
  }

  async ping(): Promise<void> {
    await this.#database.exclusive(() => this.#database.statement('select count(*) from sqlite_master').get())
  }

  close(): Promise<void> {
    return this.#database.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

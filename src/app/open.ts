import { type Clock, type Logger, silentLogger, systemClock } from '../base/index.js'
import { type Config, loadConfig } from '../config/index.js'
import { type ClientOverrides, Delivery } from '../delivery/index.js'
import { openStore } from '../store/index.js'
import { App } from './app.js'

/** Options of `open`: settings, which win over file and environment, and parts. */
export interface OpenOptions extends Partial<Config> {
  /** A settings file that must exist. Absent: `ios-notifications.config.json` in the working directory, if there is one. */
  config?: string
  /** Silent by default. */
  logger?: Logger
  /** The machine's clock by default. */
  clock?: Clock
  /** Limits and time-outs for speaking to APNs. */
  apns?: ClientOverrides
}

/**
 * Opens everything by the settings: defaults, then the settings file, the environment (`IOS_NOTIFICATIONS_...`) and
 * `options`. A SQLite database is made where there is none, and brought up to date.
 * PUSH_ERR_CONFIG_INVALID, PUSH_ERR_DATABASE_OPEN, PUSH_ERR_DATABASE_SCHEMA, PUSH_ERR_SECRET_KEY_INVALID.
 */
export async function open(options: OpenOptions = {}): Promise<App> {
  const { logger = silentLogger, clock = systemClock, apns = {}, ...flags } = options
  const config = loadConfig({ flags })
  const { database, secretKey, persistNotifications, retentionDays } = config
  const store = await openStore({ database, logger, ...(secretKey !== undefined && { secretKey }) })
  try {
    const migrationsApplied = await store.migrate()
    const delivery = new Delivery({ store, clock, logger, persistNotifications, retentionDays, apns })
    return new App({ config, store, delivery, clock, migrationsApplied })
  } catch (error) {
    await store.close()
    throw error
  }
}

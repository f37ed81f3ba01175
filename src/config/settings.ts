import type { XStatic } from 'typebox/schema'
import { isAddressList } from './address-list.js'

/** Where settings are looked for in the working directory. */
export const defaultConfigFile = 'ios-notifications.config.json'

/**
 * The settings, as a schema; the type of the configuration follows from it. TypeBox's schema module is used alone:
 * it loads in 65 ms, the whole of TypeBox in 200 ms, and every command pays for it.
 */
export const configSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['database', 'persistNotifications', 'retentionDays', 'host', 'port', 'logLevel'],
  properties: {
    database: { type: 'string', pattern: '^sqlite:.' },
    secretKey: { type: 'string', pattern: '^[A-Za-z0-9+/]{43}=?$' },
    authentication: { type: 'string' },
    persistNotifications: { type: 'boolean' },
    retentionDays: { type: 'integer', minimum: 0, maximum: 36500 },
    host: { type: 'string', pattern: '^[A-Za-z0-9.:_-]+$' },
    port: { type: 'integer', minimum: 0, maximum: 65535 },
    trustedProxies: { type: 'string' },
    logLevel: { enum: ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] },
  },
} as const

/** The settings in force: see `settings` for what each of them means. */
export type Config = Readonly<XStatic<typeof configSchema>>

/** The name of a setting in the configuration file. */
export type SettingName = keyof Config

/** What is known about a setting beside its schema. */
export interface Setting {
  /** Its environment variable. */
  readonly variable: string
  /** Its flag on the command line. */
  readonly flag: string
  readonly meaning: string
  /** The values that are allowed, as the end of "must be". */
  readonly allowed: string
  /** Where the schema does not say all: whether a value of its type is allowed. */
  readonly allows?: (value: string) => boolean
  /** Its value is never shown. */
  readonly secret?: true
}

/** What holds where nobody says otherwise. */
export const configDefaults = {
  database: 'sqlite:data/ios-notifications.sqlite',
  persistNotifications: true,
  retentionDays: 30,
  host: '127.0.0.1',
  port: 8000,
  logLevel: 'info',
} as const satisfies Config

/** Every setting by its name in the configuration file. */
export const settings: Readonly<Record<SettingName, Setting>> = {
  database: {
    variable: 'IOS_NOTIFICATIONS_DATABASE',
    flag: '--database',
    meaning: 'where everything is kept',
    allowed: 'sqlite:PATH',
  },
  secretKey: {
    variable: 'IOS_NOTIFICATIONS_SECRET_KEY',
    flag: '--secret-key',
    meaning: 'the key that seals secrets in the database; absent: the file secret.key beside the SQLite file',
    allowed: '32 bytes in base64 (44 characters)',
    secret: true,
  },
  authentication: {
    variable: 'IOS_NOTIFICATIONS_AUTHENTICATION',
    flag: '--authentication',
    meaning: 'who may use the device API; absent or invalid: nobody, it answers 503',
    allowed: 'AuthNone, AuthBasic or AuthBasicIsStaff',
  },
  persistNotifications: {
    variable: 'IOS_NOTIFICATIONS_PERSIST_NOTIFICATIONS',
    flag: '--persist-notifications',
    meaning: 'whether notifications that were pushed are stored',
    allowed: 'true or false',
  },
  retentionDays: {
    variable: 'IOS_NOTIFICATIONS_RETENTION_DAYS',
    flag: '--retention-days',
    meaning:
      'how long the outcomes of single devices are kept after the end of a push; its sums and reasons stay; 0: for ever',
    allowed: 'an integer from 0 to 36500',
  },
  host: {
    variable: 'IOS_NOTIFICATIONS_HOST',
    flag: '--host',
    meaning: 'the address to listen on',
    allowed: 'a host name or an IP address',
  },
  port: {
    variable: 'IOS_NOTIFICATIONS_PORT',
    flag: '--port',
    meaning: 'the port to listen on; 0: any that is free',
    allowed: 'an integer from 0 to 65535',
  },
  trustedProxies: {
    variable: 'IOS_NOTIFICATIONS_TRUSTED_PROXIES',
    flag: '--trusted-proxies',
    meaning: 'reverse proxies whose `X-Forwarded-For` says who the client is; absent: nobody is believed',
    allowed: 'IP addresses and networks (10.0.0.0/8) with commas between',
    allows: isAddressList,
  },
  logLevel: {
    variable: 'IOS_NOTIFICATIONS_LOG_LEVEL',
    flag: '--log-level',
    meaning: 'what is logged',
    allowed: `one of ${configSchema.properties.logLevel.enum.join(', ')}`,
  },
}

/** The names of all settings. */
export const settingNames = Object.keys(settings) as readonly SettingName[]

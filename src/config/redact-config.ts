import { type Config, settings } from './settings.js'

const redacted = '[redacted]'

/** A copy for printing and logging: secrets and the password inside a database address are masked. */
export function redactConfig(config: Config): Config {
  return Object.freeze(
    Object.fromEntries(Object.entries(config).map(([name, value]) => [name, redactSetting(name, value)])),
  ) as Config
}

/** The value of a setting as it may be shown. */
export function redactSetting(name: string, value: unknown): unknown {
  if (settings[name as keyof Config]?.secret && value !== undefined) return redacted
  // An address of another kind is refused, and shown as it is refused. The password of `postgres://user:password@host/`: up to the last @, as a password may hold one unescaped.
  if (name === 'database' && typeof value === 'string')
    return value.replace(/^([a-z]+:\/\/[^:@/]*:).*@/i, `$1${redacted}@`)
  return value
}

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { Check } from 'typebox/schema'
import { errorMessage, hasErrorCode, PushError, shown } from '../base/index.js'
import { redactSetting } from './redact-config.js'
import {
  type Config,
  configDefaults,
  configSchema,
  defaultConfigFile,
  type SettingName,
  settingNames,
  settings,
} from './settings.js'

const variablePrefix = 'IOS_NOTIFICATIONS_'

/** Where settings come from, beside the defaults. */
export interface ConfigSources {
  /**
   * Settings by their names in the file, as text or as values; they win over everything else. `config` names a
   * configuration file that must exist. Undefined counts as absent.
   */
  flags?: Readonly<Record<string, unknown>>
  /** `process.env` by default. Variables that are set to nothing count as absent. */
  env?: Readonly<Record<string, string | undefined>>
  /** Where `ios-notifications.config.json` is looked for; the working directory by default. */
  cwd?: string
}

interface Given {
  name: string
  value: unknown
  /** Named in errors: a file, a variable or a flag. */
  origin: string
}

/**
 * The settings in force, frozen: defaults, then the configuration file, the environment and the flags, the later ones
 * winning. PUSH_ERR_CONFIG_INVALID names the setting, where it came from, its value unless secret, and what is allowed;
 * a name that is no setting is an error too. `authentication` is kept as it was given: see `settings`.
 */
export function loadConfig({
  flags = {},
  env = process.env,
  cwd = process.cwd(),
}: ConfigSources = {}): Config {
  const { config: file, ...rest } = flags
  const given = [...fromFile(file, cwd), ...fromEnvironment(env), ...fromFlags(rest)]
  for (const entry of given) check(entry)
  const config: Config = Object.freeze({
    ...configDefaults,
    ...Object.fromEntries(given.map(({ name, value }) => [name, value])),
  })
  return config
}

function fromFile(named: unknown, cwd: string): Given[] {
  const file = resolve(cwd, named === undefined ? defaultConfigFile : String(named))
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if (named === undefined && hasErrorCode(error, 'ENOENT')) return []
    throw invalid('config', `the configuration file ${file} can't be read: ${errorMessage(error)}`, error)
  }
  const settingsOfFile = parse(text, file)
  return Object.entries(settingsOfFile).map(([name, value]) => {
    if (!isSetting(name))
      throw invalid(name, `${file} has an unknown key ${shown(name)}; known are ${settingNames.join(', ')}`)
    return { name, value, origin: file }
  })
}

function parse(text: string, file: string): object {
  let value: unknown
  try {
    // Editors on Windows put a byte order mark in front.
    value = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw invalid('config', `${file} is not JSON: ${reasonWithoutText(error)}`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('config', `${file} must hold a JSON object`)
  return value
}

/** V8 quotes the text around the fault, which may be a secret: only the position is kept. */
function reasonWithoutText(error: unknown): string {
  return /at position \d+(?: \(.*\))?/.exec(errorMessage(error))?.[0] ?? 'it ends too early or is malformed'
}

function fromEnvironment(env: Readonly<Record<string, string | undefined>>): Given[] {
  const names = new Map(settingNames.map((name) => [settings[name].variable, name]))
  return Object.entries(env).flatMap(([variable, text]) => {
    if (!variable.startsWith(variablePrefix) || text === undefined || text === '') return []
    const name = names.get(variable)
    if (name === undefined)
      throw invalid(
        variable,
        `the environment variable ${variable} is unknown; known are ${[...names.keys()].join(', ')}`,
      )
    return [{ name, value: fromText(name, text), origin: variable }]
  })
}

function fromFlags(flags: Readonly<Record<string, unknown>>): Given[] {
  return Object.entries(flags).flatMap(([name, value]) => {
    if (value === undefined) return []
    if (!isSetting(name))
      throw invalid(name, `${shown(name)} is no setting; known are ${settingNames.join(', ')}`)
    return [
      {
        name,
        value: typeof value === 'string' ? fromText(name, value) : value,
        origin: settings[name].flag,
      },
    ]
  })
}

/** Text that is no value of the setting's type stays text, for the check to refuse. */
function fromText(name: SettingName, text: string): unknown {
  const schema = configSchema.properties[name]
  if (!('type' in schema)) return text
  if (schema.type === 'integer' && /^\d{1,9}$/.test(text)) return Number(text)
  if (schema.type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  return text
}

function check({ name, value, origin }: Given): void {
  if (!isSetting(name)) return
  const { secret, allowed, allows } = settings[name]
  if (Check(configSchema.properties[name], value) && (allows === undefined || allows(String(value)))) return
  const not = secret ? '' : `, not ${shown(redactSetting(name, value))}`
  const where = origin === settings[name].flag ? origin : `${name} (from ${origin})`
  throw invalid(name, `${where} must be ${allowed}${not}`)
}

function isSetting(name: string): name is SettingName {
  return Object.hasOwn(settings, name)
}

function invalid(field: string, message: string, cause?: unknown): PushError {
  return new PushError('PUSH_ERR_CONFIG_INVALID', message, { field, cause })
}

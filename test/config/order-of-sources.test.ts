import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  configDefaults,
  defaultConfigFile,
  loadConfig,
  settingNames,
  settings,
} from '../../src/config/index.js'

let cwd: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'config-'))
})
afterEach(() => rmSync(cwd, { recursive: true }))

const secretKey = Buffer.alloc(32, 7).toString('base64')
const write = (value: unknown, name = defaultConfigFile) => {
  writeFileSync(join(cwd, name), JSON.stringify(value))
  return join(cwd, name)
}

test('without a file, variables and flags the defaults hold', () => {
  expect(loadConfig({ env: {}, cwd })).toEqual({
    database: 'sqlite:data/ios-notifications.sqlite',
    persistNotifications: true,
    retentionDays: 30,
    host: '127.0.0.1',
    port: 8000,
    logLevel: 'info',
  })
})

test('the file wins over the defaults, the environment over the file, a flag over all', () => {
  write({ host: 'file', port: 1, logLevel: 'warn' })
  const env = { IOS_NOTIFICATIONS_PORT: '2', IOS_NOTIFICATIONS_LOG_LEVEL: 'error' }
  const config = loadConfig({ flags: { logLevel: 'debug' }, env, cwd })
  expect(config).toEqual({ ...configDefaults, host: 'file', port: 2, logLevel: 'debug' })
})

test('every setting can be given in the file, by its variable and by a flag', () => {
  const values = {
    database: 'sqlite:x.sqlite',
    secretKey,
    authentication: 'AuthBasic',
    persistNotifications: false,
    retentionDays: 7,
    host: '::1',
    port: 65535,
    trustedProxies: '127.0.0.1, ::1,10.0.0.0/8',
    logLevel: 'trace',
  }
  expect(Object.keys(values)).toEqual(settingNames)
  const texts = Object.entries(values).map(([name, value]) => [name, String(value)])
  const env = Object.fromEntries(
    texts.map(([name, text]) => [settings[name as keyof typeof values].variable, text]),
  )
  expect(loadConfig({ env, cwd })).toEqual(values)
  expect(loadConfig({ flags: Object.fromEntries(texts), env: {}, cwd })).toEqual(values)
  expect(loadConfig({ flags: values, env: {}, cwd })).toEqual(values)
  write(values)
  expect(loadConfig({ env: {}, cwd })).toEqual(values)
})

test('--config names another file, by a path relative to the working directory', () => {
  write({ port: 1 })
  write({ port: 2 }, 'other.json')
  expect(loadConfig({ flags: { config: 'other.json' }, env: {}, cwd }).port).toBe(2)
})

test('a variable that is set to nothing, or a flag that is undefined, counts as absent', () => {
  const config = loadConfig({ flags: { port: undefined }, env: { IOS_NOTIFICATIONS_HOST: '' }, cwd })
  expect(config).toEqual(configDefaults)
})

test('an authentication that does not exist is kept: the device API says what is valid', () => {
  const env = { IOS_NOTIFICATIONS_AUTHENTICATION: 'AuthDoesNotExist' }
  expect(loadConfig({ env, cwd }).authentication).toBe('AuthDoesNotExist')
})

test('variables of others are none of our business', () => {
  expect(loadConfig({ env: { PORT: 'x', IOS_NOTIFICATION: 'y', PATH: '/bin' }, cwd })).toEqual(configDefaults)
})

test('the file may begin with a byte order mark', () => {
  writeFileSync(join(cwd, defaultConfigFile), '\uFEFF{"port": 5}')
  expect(loadConfig({ env: {}, cwd }).port).toBe(5)
})

test('the configuration is frozen', () => {
  expect(Object.isFrozen(loadConfig({ env: {}, cwd }))).toBe(true)
})

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PushError } from '../../src/base/index.js'
import { type ConfigSources, defaultConfigFile, loadConfig, settingNames } from '../../src/config/index.js'

let cwd: string
let file: string
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'config-'))
  file = join(cwd, defaultConfigFile)
})
afterEach(() => rmSync(cwd, { recursive: true }))

function failure(sources: ConfigSources): PushError {
  try {
    loadConfig({ env: {}, cwd, ...sources })
  } catch (error) {
    expect(error).toBeInstanceOf(PushError)
    expect((error as PushError).code).toBe('PUSH_ERR_CONFIG_INVALID')
    expect((error as PushError).message).not.toContain('\n')
    return error as PushError
  }
  throw new Error('it was accepted')
}

describe('names that are no setting', () => {
  test('in the file', () => {
    writeFileSync(file, '{"prot": 1}')
    const { message, field } = failure({})
    expect(field).toBe('prot')
    expect(message).toBe(`${file} has an unknown key "prot"; known are ${settingNames.join(', ')}`)
  })

  test('in the file, even when it is a name that every object has', () => {
    writeFileSync(file, '{"__proto__": {"port": 1}}')
    expect(failure({}).field).toBe('__proto__')
    writeFileSync(file, '{"constructor": 1}')
    expect(failure({}).field).toBe('constructor')
  })

  test('in the environment, without the value, which may be a secret under a name misspelt', () => {
    const { message } = failure({ env: { IOS_NOTIFICATIONS_SECRETKEY: 'hush' } })
    expect(message).toContain('environment variable IOS_NOTIFICATIONS_SECRETKEY is unknown')
    expect(message).toContain('IOS_NOTIFICATIONS_SECRET_KEY')
    expect(message).not.toContain('hush')
  })

  test('among the flags', () => {
    expect(failure({ flags: { prot: 1 } }).message).toMatch(/^"prot" is no setting; known are database, /)
  })
})

describe('values that are not allowed', () => {
  test.each([
    ['-1', 'integer from 0 to 65535, not "-1"'],
    ['65536', 'integer from 0 to 65535, not 65536'],
    ['1.5', 'integer from 0 to 65535, not "1.5"'],
    ['0x10', 'integer from 0 to 65535, not "0x10"'],
    ['80 ', 'integer from 0 to 65535, not "80 "'],
  ])('port %s', (text, end) => {
    expect(failure({ env: { IOS_NOTIFICATIONS_PORT: text } }).message).toBe(
      `port (from IOS_NOTIFICATIONS_PORT) must be an ${end}`,
    )
    expect(failure({ flags: { port: text } }).message).toBe(`--port must be an ${end}`)
  })

  test('the limits of the port are allowed', () => {
    expect(loadConfig({ flags: { port: '0' }, env: {}, cwd }).port).toBe(0)
    expect(loadConfig({ flags: { port: '65535' }, env: {}, cwd }).port).toBe(65535)
  })

  test.each([
    ['persistNotifications', 'yes'],
    ['retentionDays', '-1'],
    ['retentionDays', 'ever'],
    ['logLevel', 'loud'],
    ['host', 'a b'],
    ['database', 'mysql://host/db'],
    ['database', 'sqlite:'],
    ['trustedProxies', 'true'],
    ['trustedProxies', 'proxy.example.com'],
    ['trustedProxies', '10.0.0.256'],
    ['trustedProxies', '10.0.0.0/33'],
    ['trustedProxies', '0.0.0.0/0'],
    ['trustedProxies', 'fd00::/129'],
    ['trustedProxies', 'fe80::1%eth0'],
    ['trustedProxies', '10.0.0.1,'],
    ['trustedProxies', '10.0.0.0/8/8'],
  ])('%s: %s', (name, text) => {
    const { message, field } = failure({ flags: { [name]: text } })
    expect(field).toBe(name)
    expect(message).toContain(`not "${text}"`)
  })

  test('a type of JSON that does not fit names the file', () => {
    writeFileSync(file, '{"port": "8000"}')
    expect(failure({}).message).toBe(`port (from ${file}) must be an integer from 0 to 65535, not "8000"`)
  })

  test('a value is refused even where a flag would win over it', () => {
    writeFileSync(file, '{"port": -1}')
    expect(failure({ flags: { port: 1 } }).message).toContain(file)
  })

  test.each([31, 33])('a secret key of %i bytes is refused and not shown', (bytes) => {
    const secretKey = Buffer.alloc(bytes, 9).toString('base64')
    const { message } = failure({ flags: { secretKey } })
    expect(message).toBe('--secret-key must be 32 bytes in base64 (44 characters)')
  })

  test('a secret key that is no base64 is refused', () => {
    expect(failure({ flags: { secretKey: `${'!'.repeat(43)}=` } }).field).toBe('secretKey')
  })

  test('a database of another kind is refused, and its password hidden', () => {
    const { message } = failure({ flags: { database: 'postgres://me:hush@db/x' } })
    expect(message).toBe('--database must be sqlite:PATH, not "postgres://me:[redacted]@db/x"')
  })
})

describe('files that are none', () => {
  test('a file that was named must exist', () => {
    const { message } = failure({ flags: { config: 'none.json' } })
    expect(message).toContain(`${join(cwd, 'none.json')} can't be read: ENOENT`)
  })

  test('a folder', () => {
    mkdirSync(file)
    expect(failure({}).message).toContain("can't be read: EISDIR")
  })

  test('malformed JSON says where, and quotes nothing of it', () => {
    writeFileSync(file, '{"secretKey": "hush" "port": 1}')
    const { message } = failure({})
    expect(message).toMatch(/is not JSON: at position 21/)
    expect(message).not.toContain('hush')
    expect(failure({}).cause).toBeUndefined()
  })

  test.each(['', '[]', 'null', '1', '"x"'])('%j in place of an object', (text) => {
    writeFileSync(file, text)
    expect(failure({}).message).toContain(file)
  })
})

test('whatever the file holds, it ends in a configuration or in our error', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(0, 8000, true, 'info', '::1'))
  const name = fc.oneof(fc.string(), fc.constantFrom(...settingNames))
  fc.assert(
    fc.property(
      fc.oneof(
        fc.json(),
        fc.dictionary(name, value).map((o) => JSON.stringify(o)),
        fc.string(),
      ),
      (text) => {
        writeFileSync(file, text)
        try {
          loadConfig({ env: {}, cwd })
        } catch (error) {
          expect(error).toBeInstanceOf(PushError)
        }
      },
    ),
  )
})

import { inspect } from 'node:util'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { chooseProxy } from '../../../src/apns/client/proxy.js'
import { ApnsClient } from '../../../src/apns/index.js'
import { startProxy } from './connect-proxy.js'
import { anyKey } from './raw-peer.js'
import { clientFor, startScene } from './simulator-scene.js'

const host = 'api.push.apple.com'

describe('the option', () => {
  test.each([
    ['http://proxy.example', 'proxy.example', 80, false, undefined],
    ['http://proxy.example/', 'proxy.example', 80, false, undefined],
    ['http://proxy.example:3128', 'proxy.example', 3128, false, undefined],
    ['https://proxy.example', 'proxy.example', 443, true, undefined],
    ['HTTPS://Proxy.Example:8443', 'proxy.example', 8443, true, undefined],
    ['proxy.example:3128', 'proxy.example', 3128, false, undefined],
    ['user:pw@proxy.example:3128', 'proxy.example', 3128, false, 'user:pw'],
    ['http://user@proxy.example', 'proxy.example', 80, false, 'user:'],
    ['http://:pw@proxy.example', 'proxy.example', 80, false, ':pw'],
    ['http://a%40b:%3A%2F@10.0.0.1:1', '10.0.0.1', 1, false, 'a@b::/'],
    ['http://[fd00::1]:3128', 'fd00::1', 3128, false, undefined],
  ])('%s', (value, hostname, port, isSecure, userInfo) => {
    const authorization =
      userInfo === undefined ? undefined : `Basic ${Buffer.from(userInfo).toString('base64')}`
    expect(chooseProxy(value, host, 443, {})).toMatchObject({ hostname, port, isSecure, authorization })
  })

  test('host:port in messages: IPv6 in brackets, and never the password', () => {
    expect(chooseProxy('http://u:p@[fd00::1]:3128', host, 443, {})?.address).toBe('[fd00::1]:3128')
  })

  test.each([
    ['socks5://proxy.example:1080'],
    ['ftp://user:hunter2@proxy.example'],
    ['http://'],
    ['http://user:hunter2@'],
    ['http://user:hunter2@proxy.example:99999'],
    ['http://user:hunter2@pro xy.example'],
    ['http://user:hunter2@proxy.example/path'],
    ['http://user:hunter2@proxy.example?query'],
    ['http://user:hunter2@proxy.example#part'],
    ['http://user:hunter2%ZZ@proxy.example'],
    ['http://user:hunter2%ff@proxy.example'],
    ['http://us%3Aer:hunter2@proxy.example'],
    ['hunter2/hunter2'],
    [' '],
    [5],
    [null],
    [{}],
  ])('%j is refused, and not shown', (value) => {
    let error: unknown
    try {
      new ApnsClient({ hostname: host, key: anyKey, proxy: value as string })
    } catch (thrown) {
      error = thrown
    }
    expect(error).toMatchObject({
      code: 'PUSH_ERR_INPUT_INVALID',
      field: 'proxy',
      message: expect.stringMatching(/^proxy: .*; use http:\/\/\[user\[:password\]@\]host\[:port\]/),
    })
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hunter2')
  })
})

describe('the environment', () => {
  test.each([
    [{}, undefined],
    [{ HTTPS_PROXY: 'http://a:1' }, 'a:1'],
    [{ https_proxy: 'http://b:1' }, 'b:1'],
    [{ HTTPS_PROXY: 'http://a:1', https_proxy: 'http://b:1' }, 'b:1'],
    [{ HTTPS_PROXY: 'http://a:1', https_proxy: '' }, 'a:1'],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ HTTP_PROXY: 'http://a:1' }, undefined],
    [{ HTTPS_PROXY: 'http://a:1', NO_PROXY: 'apple.com' }, undefined],
    [{ HTTPS_PROXY: 'http://a:1', no_proxy: '*' }, undefined],
    [{ HTTPS_PROXY: 'http://a:1', NO_PROXY: 'localhost,127.0.0.1' }, 'a:1'],
    [{ HTTPS_PROXY: 'http://a:1', NO_PROXY: 'apple.com', no_proxy: 'localhost' }, 'a:1'],
  ])('%j: %s', (environment, expected) => {
    expect(chooseProxy(undefined, host, 443, environment)?.address).toBe(expected)
  })

  test('the option comes first, also before NO_PROXY, and an empty one means no proxy', () => {
    const environment = { HTTPS_PROXY: 'http://a:1', NO_PROXY: '*' }
    expect(chooseProxy('http://b:2', host, 443, environment)?.address).toBe('b:2')
    expect(chooseProxy('', host, 443, { HTTPS_PROXY: 'http://a:1' })).toBeUndefined()
  })

  test('a bad value is refused by the name of the variable', () => {
    expect(() => chooseProxy(undefined, host, 443, { HTTPS_PROXY: 'socks5://u:hunter2@a:1' })).toThrow(
      expect.objectContaining({
        code: 'PUSH_ERR_INPUT_INVALID',
        field: 'HTTPS_PROXY',
        message: expect.stringMatching(/^HTTPS_PROXY: (?!.*hunter2)/),
      }),
    )
  })

  test('nor does it matter for hosts that need no proxy', () => {
    const environment = { HTTPS_PROXY: 'socks5://a:1', NO_PROXY: 'apple.com' }
    expect(chooseProxy(undefined, host, 443, environment)).toBeUndefined()
  })
})

describe('a client goes by the environment of its process', () => {
  afterEach(() => {
    vi.unstubAllEnvs()
  })

  test.each([
    ['', 1],
    ['localhost', 0],
    ['127.0.0.1', 1],
  ])('NO_PROXY=%j', async (exemptions, connections) => {
    const proxy = await startProxy()
    const { simulator } = await startScene()
    vi.stubEnv('https_proxy', '')
    vi.stubEnv('no_proxy', '')
    vi.stubEnv('HTTPS_PROXY', `http://127.0.0.1:${proxy.port}`)
    vi.stubEnv('NO_PROXY', exemptions)
    await clientFor(simulator).connect()
    expect(proxy.targets).toHaveLength(connections)
  })
})

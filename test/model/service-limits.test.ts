import { describe, expect, test } from 'vitest'
import { apnsHostname, checkService, type NewService } from '../../src/model/index.js'
import { apple, newP8 } from './credentials.js'

const service: NewService = {
  name: 'production',
  hostname: 'api.push.apple.com',
  topic: 'com.example.app',
  credential: { kind: 'key', key: { p8: newP8(), keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' } },
}
const check = (change: object) => checkService({ ...service, ...change })
const invalid = (pattern: RegExp) =>
  expect.objectContaining({ code: 'PUSH_ERR_INPUT_INVALID', message: expect.stringMatching(pattern) })

describe('a service', () => {
  test("what is left out: port 443, the system's authorities, immediate feedback", () => {
    const filled = { port: 443, ca: null, feedback: 'immediate', maxPerSecond: null }
    expect(checkService(service)).toEqual({ ...service, ...filled })
  })

  test('a name has 1 to 255 characters', () => {
    expect(check({ name: 'n'.repeat(255) }).name).toHaveLength(255)
    expect(() => check({ name: 'n'.repeat(256) })).toThrow(invalid(/^name: .* 256 characters; at most 255/))
    expect(() => check({ name: '' })).toThrow(invalid(/^name: it is empty/))
  })

  test.each(['API.push.apple.com', 'localhost', '127.0.0.1', '::1', 'apns_simulator', 'a'.repeat(63)])(
    '%s is a host',
    (hostname) => {
      expect(check({ hostname }).hostname).toBe(hostname.toLowerCase())
    },
  )

  test.each([
    'https://api.push.apple.com',
    'host:443',
    'a..b',
    '-a',
    'a/b',
    'a b',
    'a'.repeat(64),
    'ä.example',
  ])('%s is no host', (hostname) => {
    expect(() => check({ hostname })).toThrow(
      invalid(/^hostname: .* use a host name such as api.push.apple.com/),
    )
  })

  test.each([1, 2197, 65_535])('%d is a port', (port) => {
    expect(check({ port }).port).toBe(port)
  })

  test.each([0, 65_536, 1.5, '443'])('%j is no port', (port) => {
    expect(() => check({ port })).toThrow(invalid(/^port: .* use a port from 1 to 65535/))
  })

  test('a topic is a bundle id', () => {
    expect(() => check({ topic: '' })).toThrow(invalid(/^topic: it is empty/))
    expect(() => check({ topic: 'com.example app' })).toThrow(invalid(/^topic: .* use a bundle id/))
  })

  test('authorities are certificates; a wrong file is not shown', () => {
    expect(check({ ca: apple.certificate }).ca).toBe(apple.certificate)
    expect(() => check({ ca: apple.privateKey })).toThrow(
      invalid(/^ca: it holds no certificate in PEM form$/),
    )
    expect(() => check({ ca: apple.certificate.replace(/\n.{40}/, '\n') })).toThrow(
      invalid(/^ca: a certificate in it/),
    )
  })

  test('feedback is immediate or deferred; a credential is needed', () => {
    expect(check({ feedback: 'deferred' }).feedback).toBe('deferred')
    expect(() => check({ feedback: 'never' })).toThrow(invalid(/^feedback: "never"/))
    expect(() => check({ credential: undefined })).toThrow(/^credential: a key or a certificate is needed$/)
  })

  test('an expired certificate is refused at the time given', () => {
    const credential = { kind: 'certificate', certificate: apple } as const
    expect(() => checkService({ ...service, credential }, Date.UTC(2030, 0, 1))).not.toThrow()
    expect(() => checkService({ ...service, credential }, Date.UTC(2130, 0, 1))).toThrow(/expired/)
  })
})

describe("the predecessor's hosts", () => {
  test.each([
    ['gateway.push.apple.com', 'api.push.apple.com'],
    ['gateway.sandbox.push.apple.com', 'api.sandbox.push.apple.com'],
    ['feedback.push.apple.com', 'api.push.apple.com'],
    ['feedback.sandbox.push.apple.com', 'api.sandbox.push.apple.com'],
    ['api.development.push.apple.com', 'api.development.push.apple.com'],
    ['constructor', 'constructor'],
  ])('%s means %s', (hostname, meant) => {
    expect(apnsHostname(hostname)).toBe(meant)
  })

  test('are kept as they were entered; their ports mean 443', () => {
    const hostname = 'gateway.push.apple.com'
    expect(check({ hostname, port: 2195 })).toMatchObject({ hostname, port: 443 })
    expect(check({ hostname: 'feedback.push.apple.com', port: 2196 }).port).toBe(443)
    expect(check({ hostname, port: 2197 }).port).toBe(2197)
    expect(check({ port: 2195 }).port).toBe(2195)
  })
})

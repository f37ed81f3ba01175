import { describe, expect, test } from 'vitest'
import { tokenOf } from '../apns/client/device-tokens.js'
import { collect, counts } from '../apns/client/sums.js'
import { clientFor } from './interop-server.js'
import { startNginx } from './nginx.js'
import { hasProgram } from './server-process.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
const gone = { reason: 'Unregistered', timestamp: 1_700_000_000_123 }

/** Tokens that begin with a status get it, with a body as Apple's, or with nginx's own page. */
const locations = `
default_type application/json;
location ^~ /3/device/a410 { return 410 '${JSON.stringify(gone)}'; }
location ^~ /3/device/a400 { return 400 '{"reason":"BadDeviceToken"}'; }
location ^~ /3/device/a503 { add_header Retry-After 1 always; return 503 '{"reason":"ServiceUnavailable"}'; }
location ^~ /3/device/b404 { return 404; }
location ^~ /3/device/b413 { client_max_body_size 10; proxy_pass http://127.0.0.1:1; }
location ^~ /3/device/b502 { proxy_pass http://127.0.0.1:1; }
`
const tokenFor = (prefix: string) => prefix.padEnd(64, '0')

describe.skipIf(!hasProgram('nginx'))('nginx', () => {
  test.each([
    ['a410', { kind: 'rejected', status: 410, ...gone }],
    ['a400', { kind: 'rejected', status: 400, reason: 'BadDeviceToken' }],
    ['a503', { kind: 'rejected', status: 503, reason: 'ServiceUnavailable', retryAfterMs: 1000 }],
    ['b404', { kind: 'rejected', status: 404, reason: 'Status404' }],
    ['b413', { kind: 'rejected', status: 413, reason: 'Status413' }],
    ['b502', { kind: 'rejected', status: 502, reason: 'Status502' }],
  ])('the answer for %s', async (prefix, outcome) => {
    const client = clientFor(await startNginx(() => ({ locations })))
    await expect(client.send({ ...message, token: tokenFor(prefix) })).resolves.toMatchObject(outcome)
    await expect(client.send({ ...message, token: tokenOf(1) })).resolves.toMatchObject({ kind: 'accepted' })
  })

  test('every fourth of 20,000 pushes is refused, with and without a body', async () => {
    const client = clientFor(await startNginx(() => ({ locations })))
    const prefixes = ['a410', 'b404', 'a400', 'b413']
    const tokens = Array.from({ length: 20_000 }, (_, number) =>
      number % 4 === 3
        ? tokenFor(`${prefixes[(number >> 2) % 4]}${tokenOf(number).slice(-8)}`)
        : tokenOf(number),
    )
    const sum = await collect(client.sendMany(message, tokens))
    expect(counts(sum)).toEqual({ accepted: 15_000, rejected: 5000, unknown: 0, unsent: 0 })
    for (const { token, index, status } of sum.rejected) {
      expect([token, String(status)]).toEqual([tokens[index], token.slice(1, 4)])
    }
  })
})

import { describe, expect, test } from 'vitest'
import { tokenOf, tokensOf } from '../apns/client/device-tokens.js'
import { collect, counts } from '../apns/client/sums.js'
import { clientFor } from './interop-server.js'
import { startNginx } from './nginx.js'
import { hasProgram } from './server-process.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

describe.skipIf(!hasProgram('nginx'))('nginx', () => {
  test.each([
    ['TLSv1.2', 'ssl_protocols TLSv1.2;'],
    ['TLSv1.3', 'ssl_protocols TLSv1.3;'],
    ['TLSv1.3', 'ssl_protocols TLSv1.2 TLSv1.3;'],
  ])('%s with %s', async (tlsVersion, server) => {
    const client = clientFor(await startNginx(() => ({ server })))
    await expect(client.connect()).resolves.toMatchObject({ tlsVersion, remoteAddress: '127.0.0.1' })
    const sum = await collect(client.sendMany(message, tokensOf(2000)))
    expect(counts(sum)).toEqual({ accepted: 2000, rejected: 0, unknown: 0, unsent: 0 })
  })

  test('an older version only: nothing is sent', async () => {
    const server = await startNginx(() => ({
      server: 'ssl_protocols TLSv1.1; ssl_ciphers DEFAULT:@SECLEVEL=0;',
    }))
    const outcome = await clientFor(server).send({ ...message, token: tokenOf(1) })
    expect(outcome).toMatchObject({ kind: 'unsent', cause: { code: 'PUSH_ERR_APNS_TLS' } })
    expect(server.requests!()).toEqual([])
  })

  test('a certificate of an authority that is not trusted: nothing is sent', async () => {
    const server = await startNginx()
    const other = await startNginx()
    const outcome = await clientFor(server, { ca: other.folder.ca }).send({ ...message, token: tokenOf(1) })
    expect(outcome).toMatchObject({ kind: 'unsent', cause: { code: 'PUSH_ERR_APNS_TLS' } })
    expect(server.requests!()).toEqual([])
  })

  test('HTTP/1.1 only: nothing is sent', async () => {
    const server = await startNginx(() => ({ http2: false }))
    const outcome = await clientFor(server).send({ ...message, token: tokenOf(1) })
    expect(outcome.kind).toBe('unsent')
    expect(server.requests!()).toEqual([])
  })
})

import { describe, expect, test } from 'vitest'
import { tokenOf, tokensOf } from '../apns/client/device-tokens.js'
import { collect, counts } from '../apns/client/sums.js'
import { clientFor, expectEachOnce } from './interop-server.js'
import { startNodeServer } from './node-server.js'
import { hasProgram } from './server-process.js'
import { startTinyproxy } from './tinyproxy.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
const push = { ...message, token: tokenOf(1) }

describe.skipIf(!hasProgram('tinyproxy'))('tinyproxy', () => {
  test('20,000 pushes go through it', async () => {
    const tokens = tokensOf(20_000)
    const server = await startNodeServer()
    const { port, log } = await startTinyproxy(server)
    const client = clientFor(server, { proxy: `http://127.0.0.1:${port}` })
    await expect(client.connect()).resolves.toMatchObject({ proxy: `127.0.0.1:${port}` })
    const sum = await collect(client.sendMany(message, tokens))
    expect(counts(sum)).toEqual({ accepted: tokens.length, rejected: 0, unknown: 0, unsent: 0 })
    await expectEachOnce(server.requests!, tokens)
    expect(log()).toContain(`CONNECT localhost:${server.port} HTTP/1.1`)
  })

  test('with user and password', async () => {
    const server = await startNodeServer()
    const { port } = await startTinyproxy(server, 'BasicAuth pushes s3cret')
    const through = (credentials: string) =>
      clientFor(server, { proxy: `http://${credentials}127.0.0.1:${port}` })
    await expect(through('pushes:s3cret@').send(push)).resolves.toMatchObject({ kind: 'accepted' })
    await expect(through('pushes:wrong@').connect()).rejects.toMatchObject({
      code: 'PUSH_ERR_APNS_PROXY',
      message: expect.stringMatching(
        /refused a connection to localhost:\d+: 40[17] \(give the right user and password/,
      ),
    })
    await expect(through('').connect()).rejects.toMatchObject({
      code: 'PUSH_ERR_APNS_PROXY',
      message: expect.stringMatching(/: 407 \(give the right user and password/),
    })
    expect(server.requests!()).toHaveLength(1)
  })

  test('a port that it does not allow', async () => {
    const server = await startNodeServer()
    const { port } = await startTinyproxy(await startNodeServer())
    const client = clientFor(server, { proxy: `http://127.0.0.1:${port}`, connectAttempts: 1 })
    const cause = {
      code: 'PUSH_ERR_APNS_PROXY',
      message: expect.stringMatching(/: 403 \(it has to allow CONNECT/),
    }
    await expect(client.connect()).rejects.toMatchObject(cause)
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'unsent', cause })
    expect(server.requests!()).toEqual([])
  })
})

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
    const outcomeOf = (credentials: string) =>
      clientFor(server, { proxy: `http://${credentials}127.0.0.1:${port}`, connectAttempts: 1 }).send(push)
    await expect(outcomeOf('pushes:s3cret@')).resolves.toMatchObject({ kind: 'accepted' })
    await expect(outcomeOf('pushes:wrong@')).resolves.toMatchObject({
      kind: 'unsent',
      cause: { message: expect.stringMatching(/40[17]/) },
    })
    await expect(outcomeOf('')).resolves.toMatchObject({
      kind: 'unsent',
      cause: { message: expect.stringContaining('407') },
    })
    expect(server.requests!()).toHaveLength(1)
  })

  test('a port that it does not allow', async () => {
    const server = await startNodeServer()
    const { port } = await startTinyproxy(await startNodeServer())
    const proxy = `http://127.0.0.1:${port}`
    await expect(clientFor(server, { proxy, connectAttempts: 1 }).send(push)).resolves.toMatchObject({
      kind: 'unsent',
      cause: { message: expect.stringContaining('403') },
    })
    expect(server.requests!()).toEqual([])
  })
})

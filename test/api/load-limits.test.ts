import { Readable } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { openRawConnection } from './raw-connection.js'
import { startApi, token } from './start-api.js'

/** Holds the event loop up for so long. */
function hold(milliseconds: number): void {
  const until = performance.now() + milliseconds
  while (performance.now() < until);
}

test('while the event loop is late the APIs answer 503 with Retry-After, and /healthz as ever', async () => {
  const { server, call, serviceId } = await startApi({
    limits: { maxEventLoopDelayMs: 50, eventLoopSampleMs: 500 },
  })
  const path = `device/${token}/${serviceId}/`
  await expect.poll(async () => (await server.app.inject('/api/v1/services')).statusCode).toBe(401)
  let refused = await call('GET', path)
  while (refused.status !== 503) {
    hold(100)
    await nextTurn()
    refused = await call('GET', path)
  }
  expect(refused).toMatchObject({
    headers: { 'retry-after': '5' },
    json: { error: expect.stringContaining('more to do than it can') },
  })
  const v1 = await server.app.inject('/api/v1/services')
  expect(v1).toMatchObject({ statusCode: 503, headers: { 'retry-after': '5' } })
  expect(v1.json()).toMatchObject({ code: 'PUSH_ERR_OVERLOADED', status: 503 })
  expect((await server.app.inject('/healthz')).statusCode).toBe(200)
  await expect.poll(async () => (await call('GET', path)).status).toBe(404)
})

test('a client that does not read what it asked for is cut off, and what it was sent is let go', async () => {
  const { server } = await startApi({ limits: { idleTimeoutMs: 200 } })
  let isOver = false
  server.app.get('/endless', (_request, reply) => {
    const stream = new Readable({ read: () => void stream.push('x'.repeat(65_536)) })
    stream.once('close', () => {
      isOver = true
    })
    return reply.send(stream)
  })
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
  using connection = await openRawConnection(port)
  connection.socket.pause()
  connection.socket.write('GET /endless HTTP/1.1\r\nHost: x\r\n\r\n')
  await expect.poll(() => isOver).toBe(true)
})

test('a client that is gone without a word is cut off in the middle of a stream of events', async () => {
  const { server } = await startApi({ limits: { idleTimeoutMs: 200 } })
  let isOver = false
  server.app.get('/silent', (_request, reply) => {
    const stream = new Readable({ read: () => {} })
    stream.push('data: one\n\n')
    stream.once('close', () => {
      isOver = true
    })
    return reply.send(stream)
  })
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
  using connection = await openRawConnection(port)
  connection.socket.write('GET /silent HTTP/1.1\r\nHost: x\r\n\r\n')
  await connection.ended
  await expect.poll(() => isOver).toBe(true)
})

test('an upload may take longer than other requests', async () => {
  const { server } = await startApi({ limits: { requestTimeoutMs: 1 } })
  server.app.post('/upload', { config: { isStreamed: true } }, async (request) => request.body)
  server.app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) =>
    done(null, body),
  )
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
  using connection = await openRawConnection(port)
  const head =
    'HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: text/plain\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n'
  connection.socket.write(`POST /upload ${head}`)
  await connection.until('100 Continue')
  using other = await openRawConnection(port)
  other.socket.write(`POST /ios-notifications/device/ ${head}`)
  expect(await other.ended).toMatch(/HTTP\/1\.1 408 /)
  connection.socket.write('text')
  expect(await connection.ended).toMatch(/200 OK[\s\S]*text$/)
})

test('connections beyond the limit are closed', async () => {
  const { server } = await startApi({ limits: { maxConnections: 1 } })
  const { port } = await server.listen({ host: '127.0.0.1', port: 0 })
  using first = await openRawConnection(port)
  first.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
  await first.until('200 OK')
  using second = await openRawConnection(port)
  expect(await second.ended).toBe('')
})

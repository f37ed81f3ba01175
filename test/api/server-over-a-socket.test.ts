import { describe, expect, test } from 'vitest'
import { openRawConnection } from './raw-connection.js'
import { formType, startApi, token } from './start-api.js'

async function listen(options: Parameters<typeof startApi>[0] = {}) {
  const api = await startApi(options)
  return { ...api, ...(await api.server.listen({ host: '127.0.0.1', port: 0 })) }
}

const small = { headersTimeoutMs: 100, keepAliveTimeoutMs: 100 }

test('a body over the limit is 413 and ends the connection', async () => {
  const { port, serviceId } = await listen()
  const body = `token=${token}&service=${serviceId}&x=${'x'.repeat(200_000)}`
  using connection = await openRawConnection(port)
  connection.socket.write(
    `POST /ios-notifications/device/ HTTP/1.1\r\nHost: x\r\nContent-Type: ${formType}\r\nContent-Length: ${body.length}\r\n\r\n`,
  )
  const answer = await connection.ended
  expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  expect(answer).toContain('{"error":')
})

test('so is one that comes in chunks and does not say how long it is', async () => {
  const { port } = await listen()
  using connection = await openRawConnection(port)
  connection.socket.write(
    'POST /ios-notifications/device/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n',
  )
  for (let chunk = 0; chunk < 20; chunk++) connection.socket.write(`1000\r\n${'x'.repeat(4096)}\r\n`)
  expect(await connection.ended).toMatch(/^HTTP\/1\.1 413 /)
})

test('HEAD has the headers of GET and no body', async () => {
  const { url, serviceId, register } = await listen()
  await register()
  const path = `${url}/ios-notifications/device/${token}/${serviceId}/`
  const [get, head] = [await fetch(path), await fetch(path, { method: 'HEAD' })]
  expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'))
  expect(await head.text()).toBe('')
})

test.each([
  ['what is no HTTP', 'nonsense\r\n\r\n', 400],
  ['a NUL byte in a header', 'GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n', 400],
  ['headers that are too large', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
])('%s is a 4xx without a stack trace', async (_name, request, status) => {
  const { port } = await listen()
  using connection = await openRawConnection(port)
  connection.socket.write(request)
  const answer = await connection.ended
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(answer).not.toMatch(/\n\s+at /)
})

describe('slow clients do not hold the server', () => {
  test.each([
    ['one that sends nothing', '', small],
    ['one that never ends its headers', 'GET /healthz HTTP/1.1\r\nHost: x\r\n', small],
    [
      'one that never ends its body',
      'POST /ios-notifications/device/ HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\ntoken',
      { ...small, requestTimeoutMs: 200 },
    ],
  ])('%s', async (_name, start, limits) => {
    const { port } = await listen({ limits })
    using connection = await openRawConnection(port)
    if (start !== '') connection.socket.write(start)
    expect(await connection.ended).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('one that keeps its connection without using it', async () => {
    const { port } = await listen({ limits: small })
    using connection = await openRawConnection(port)
    connection.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
    expect(await connection.ended).toContain('{"status":"ok"}')
  })
})

describe('listening', () => {
  test('a port in use names host and port and what to do', async () => {
    const { port } = await listen()
    const other = await startApi()
    await expect(other.server.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'PUSH_ERR_LISTEN',
      field: 'port',
      message: `can't listen on 127.0.0.1, port ${port}: the port is in use; end what listens there, or choose another port (0: any that is free)`,
    })
  })

  test('a host that is no address of this machine', async () => {
    const api = await startApi()
    await expect(api.server.listen({ host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      code: 'PUSH_ERR_LISTEN',
      field: 'host',
      message: expect.stringContaining('no address of this machine'),
    })
  })

  test('port 0 takes one that is free, and says which', async () => {
    const { url, port } = await listen()
    expect(url).toBe(`http://127.0.0.1:${port}`)
    expect((await fetch(`${url}/healthz`)).status).toBe(200)
  })
})

describe('closing', () => {
  test('a request under way is answered', async () => {
    const { port, server, serviceId } = await listen()
    using connection = await openRawConnection(port)
    const body = `token=${token}&service=${serviceId}`
    connection.socket.write(
      `POST /ios-notifications/device/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${body.length}\r\n\r\n`,
    )
    await connection.until('100 Continue')
    const closed = server.close()
    connection.socket.write(body)
    expect(await connection.ended).toContain('HTTP/1.1 201 ')
    await closed
  })

  test('one that does not end is cut off', async () => {
    const { port, server } = await listen({ limits: { closeTimeoutMs: 50 } })
    using connection = await openRawConnection(port)
    connection.socket.write(
      'POST /ios-notifications/device/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10\r\n\r\n',
    )
    await connection.until('100 Continue')
    await server.close()
    expect(await connection.ended).not.toContain('HTTP/1.1 2')
  })

  test('twice is once, and an idle connection does not hold it up', async () => {
    const { port, server, url } = await listen()
    using connection = await openRawConnection(port)
    connection.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
    await connection.until('ok')
    await Promise.all([server.close(), server.close()])
    await server[Symbol.asyncDispose]()
    await expect(fetch(`${url}/healthz`)).rejects.toThrow()
  })
})

import { once } from 'node:events'
import { request } from 'node:http'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { basic, createUser, startApi } from '../start-api.js'

/** A server that listens, and a push to three devices. */
async function listening() {
  const api = await startApi()
  const { url, port } = await api.server.listen({ host: '127.0.0.1', port: 0 })
  await createUser(api.store, 'ann', { isStaff: true })
  for (const token of ['aa', 'bb', 'cc']) await api.register(token)
  await api.v1('POST', '/pushes', { notification: { service: api.serviceId, message: 'Hi' } })
  /** A client of the events of a push. */
  async function follow({ id = 1, lastEventId = '' } = {}) {
    const abort = new AbortController()
    onTestFinished(() => abort.abort())
    const response = await fetch(`${url}/api/v1/pushes/${id}/events`, {
      headers: {
        ...basic('ann', 'open sesame'),
        ...(lastEventId !== '' && { 'last-event-id': lastEventId }),
      },
      signal: abort.signal,
    })
    const seen = { text: '', ended: false }
    void (async () => {
      const decoder = new TextDecoder()
      try {
        for await (const chunk of response.body ?? []) seen.text += decoder.decode(chunk, { stream: true })
      } catch {
        // It was aborted.
      }
      seen.ended = true
    })()
    const events = () =>
      [...seen.text.matchAll(/event: (\w+)\nid: (\S+)\ndata: (.*)\n\n/g)].map(([, kind, at, data]) => ({
        ...{ kind, at: at!, data: JSON.parse(data!) },
      }))
    return { response, seen, events, abort: () => abort.abort() }
  }
  return { ...api, port, follow }
}

const soon = { timeout: 20_000 }

test('what changes is told, and the end', async () => {
  const { v1, follow } = await listening()
  const { response, seen, events } = await follow()
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('cache-control')).toBe('no-store')
  await vi.waitFor(() => expect(events()).toHaveLength(1), soon)
  expect(seen.text.startsWith('retry: 2000\n\n')).toBe(true)
  expect(events()[0]).toMatchObject({ kind: 'progress', data: { id: 1, state: 'queued', audienceSize: 3 } })
  await v1('POST', '/pushes/1/pause')
  await vi.waitFor(() => expect(events()).toHaveLength(2), soon)
  expect(events()[1]).toMatchObject({ kind: 'progress', data: { state: 'paused', stateBy: 'root' } })
  await v1('POST', '/pushes/1/cancel')
  await vi.waitFor(() => expect(seen.ended).toBe(true), soon)
  expect(events().slice(2)).toMatchObject([
    { kind: 'progress', data: { state: 'cancelled', unsent: 3 } },
    { kind: 'end', at: 'end', data: { state: 'cancelled', unsent: 3 } },
  ])
})

test('whoever comes again is told what is new, and nothing twice', async () => {
  const { v1, follow } = await listening()
  const first = await follow()
  await vi.waitFor(() => expect(first.events()).toHaveLength(1), soon)
  first.abort()
  const again = await follow({ lastEventId: first.events()[0]!.at })
  await vi.waitFor(() => expect(again.seen.text).toContain('retry'), soon)
  await v1('POST', '/pushes/1/cancel')
  await vi.waitFor(() => expect(again.seen.ended).toBe(true), soon)
  expect(again.events().map(({ kind }) => kind)).toEqual(['progress', 'end'])
  const [progress] = again.events()
  // The end is seen even where nothing else is new.
  const late = await follow({ lastEventId: progress!.at })
  await vi.waitFor(() => expect(late.seen.ended).toBe(true), soon)
  expect(late.events().map(({ kind }) => kind)).toEqual(['end'])
  expect((await follow({ lastEventId: 'end' })).response.status).toBe(204)
})

test('a push that does not exist is 404', async () => {
  const { follow } = await listening()
  expect((await follow({ id: 9 })).response.status).toBe(404)
})

test('a server that closes does not wait for pushes to end', async () => {
  const { server, follow } = await listening()
  const { seen, events } = await follow()
  await vi.waitFor(() => expect(events()).toHaveLength(1), soon)
  await server.close()
  await vi.waitFor(() => expect(seen.ended).toBe(true), soon)
  expect(events()).toHaveLength(1)
})

test('so many streams and no more; one that a client leaves makes room', async () => {
  const { follow } = await listening()
  const streams = await Promise.all(Array.from({ length: 100 }, () => follow()))
  expect(new Set(streams.map(({ response }) => response.status))).toEqual(new Set([200]))
  const refused = await follow()
  expect(refused.response.status).toBe(503)
  expect(refused.response.headers.get('retry-after')).not.toBeNull()
  streams[0]!.abort()
  await vi.waitFor(async () => expect((await follow()).response.status).toBe(200), { ...soon, interval: 100 })
})

test('clients that have gone before their stream begins take up no room', async () => {
  const { port, store, server, follow } = await listening()
  const { get } = store.pushes
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  let waiting = 0
  const spy = vi.spyOn(store.pushes, 'get').mockImplementation(async (id) => {
    waiting++
    await gate
    return await get.call(store.pushes, id)
  })
  const clients = Array.from({ length: 100 }, () => {
    const path = '/api/v1/pushes/1/events'
    const client = request({ host: '127.0.0.1', port, path, headers: basic('ann', 'open sesame') })
    client.on('error', () => {})
    client.end()
    return client
  })
  await vi.waitFor(() => expect(waiting).toBe(100), soon)
  for (const client of clients) client.destroy()
  const connections = () => promisify(server.app.server.getConnections.bind(server.app.server))()
  await vi.waitFor(async () => expect(await connections()).toBe(0), soon)
  open()
  spy.mockRestore()
  expect((await follow()).response.status).toBe(200)
})

test('a client that does not read holds nothing up', async () => {
  const { port, follow } = await listening()
  const silent = request({
    ...{ host: '127.0.0.1', port, path: '/api/v1/pushes/1/events', headers: basic('ann', 'open sesame') },
  })
  onTestFinished(() => void silent.destroy())
  silent.on('error', () => {})
  silent.end()
  await once(silent, 'response')
  const { events } = await follow()
  await vi.waitFor(() => expect(events()).toHaveLength(1), soon)
})

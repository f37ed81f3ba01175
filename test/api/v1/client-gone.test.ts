import { once } from 'node:events'
import { request } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { basic, startApi } from '../start-api.js'

/** The API over a socket, a thousand devices and a notification, and a request to it that may be broken off. */
async function listening() {
  const api = await startApi()
  const devices = Array.from({ length: 1000 }, (_, n) => ({ token: n.toString(16).padStart(8, '0') }))
  await api.store.devices.importMany(api.serviceId, devices, 1)
  const { json } = await api.v1('POST', '/notifications', { service: api.serviceId, message: 'Hi' })
  const address = await api.server.listen({ host: '127.0.0.1', port: 0 })
  const send = (method: string, path: string, body?: object) => {
    const type = body && { 'content-type': 'application/json' }
    const headers = { ...basic('root', 'open sesame'), ...type }
    const sent = request({ ...address, method, path: `/api/v1${path}`, headers })
    sent.on('error', () => {})
    sent.end(body && JSON.stringify(body))
    return sent
  }
  return { ...api, notification: json.id as number, send }
}

/** Holds every call of a method until it is let go, and then makes it. */
function hold<Name extends string>(
  object: { [name in Name]: (...args: never[]) => Promise<unknown> },
  name: Name,
) {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  const real = object[name].bind(object)
  const calls = vi.fn(async (...args: never[]) => {
    await held
    return await real(...args)
  })
  object[name] = calls
  return { calls, letGo }
}

const given = { type: 'rejected', value: expect.objectContaining({ code: 'PUSH_ERR_ABORTED' }) }
const soon = { timeout: 20_000 }
const where = { platform: [''] }

test('an audience is counted no further when nobody waits for the dry run any more', async () => {
  const { store, server, send, notification } = await listening()
  const { calls, letGo } = hold(store.pushes, 'measure')
  const client = send('POST', '/pushes', { notification, where, dryRun: true })
  await vi.waitFor(() => expect(calls).toHaveBeenCalledOnce(), soon)
  await leave(client, server)
  letGo()
  await vi.waitFor(() => expect(calls.mock.settledResults).toEqual([given]), soon)
})

test('nor where it has gone before the counting began', async () => {
  const { store, server, send, notification } = await listening()
  const { calls, letGo } = hold(store.notifications, 'get')
  const measure = vi.spyOn(store.pushes, 'measure')
  const client = send('POST', '/pushes', { notification, where, dryRun: true })
  await vi.waitFor(() => expect(calls).toHaveBeenCalledOnce(), soon)
  await leave(client, server)
  letGo()
  await vi.waitFor(() => expect(measure.mock.settledResults).toEqual([given]), soon)
})

test('who waits is told the number', async () => {
  const { v1, notification } = await listening()
  const { status, json } = await v1('POST', '/pushes', { notification, where, dryRun: true })
  expect({ status, audienceSize: json.audienceSize }).toEqual({ status: 200, audienceSize: 1000 })
})

test('devices are counted no further either', async () => {
  const { store, server, send } = await listening()
  // There is always more.
  const step = vi.spyOn(store.devices, 'countStep').mockResolvedValue({ count: 1, next: 1 })
  const client = send('GET', '/devices/count')
  await vi.waitFor(() => expect(step).toHaveBeenCalled(), soon)
  await leave(client, server)
  const steps = step.mock.calls.length
  for (let turns = 0; turns < 100; turns++) await turn()
  expect(step.mock.calls.length - steps).toBeLessThan(2)
})

/** Goes away, and waits until the server knows. */
async function leave(
  client: ReturnType<typeof request>,
  server: Awaited<ReturnType<typeof listening>>['server'],
) {
  const [socket] = [client.socket!]
  client.destroy()
  if (!socket.destroyed) await once(socket, 'close')
  const connections = () =>
    new Promise<number>((resolve) => server.app.server.getConnections((_, n) => resolve(n)))
  await vi.waitFor(async () => expect(await connections()).toBe(0), soon)
}

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createSecureServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openScene, sums } from './scene.js'

test('a server that is down: the push fails with the reason, and everybody is unsent', async () => {
  await using scene = await openScene({ apns: { connectAttempts: 1 } })
  await scene.register(5000)
  await scene.simulator.close()
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(sums(result)).toEqual({ accepted: 0, rejected: 0, unknown: 0, unsent: 5000 })
  expect(result.state).toBe('failed')
  expect(result.stateReason).toContain(`127.0.0.1:${scene.simulator.port}`)
  expect(result.reasons.reduce((sum, { count }) => sum + count, 0)).toBe(5000)
  const push = await scene.store.pushes.get(result.pushId)
  expect(push).toMatchObject({ state: 'failed', unsent: 5000, stateReason: result.stateReason })
  // Nothing went out, so nothing is said to have gone out.
  expect((await scene.store.notifications.list()).notifications[0]?.lastSentAt).toBeNull()
})

test('a server that shows a certificate of another authority', async () => {
  await using other = await openScene()
  await using scene = await openScene({ service: { ca: other.simulator.ca }, apns: { connectAttempts: 1 } })
  await scene.register(10)
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  expect(result).toMatchObject({ state: 'failed', unsent: 10 })
  expect(result.reasons[0]).toMatchObject({ outcome: 'unsent', reason: 'PUSH_ERR_APNS_TLS' })
})

test('a server that goes away in the middle: what was in flight is unknown, the rest unsent', async () => {
  await using scene = await openScene({ apns: { connectAttempts: 1 } })
  await scene.register(8000)
  let closing: Promise<void> | undefined
  const result = await scene.delivery.push(
    { serviceId: scene.service.id, message: 'Hi' },
    {
      onProgress: ({ accepted }) => {
        if (accepted > 1000) closing ??= scene.simulator.close()
      },
    },
  )
  await closing
  expect(closing).toBeDefined()
  const { accepted, rejected, unknown, unsent } = sums(result)
  expect(accepted + unknown + unsent).toBe(8000)
  expect(rejected).toBe(0)
  expect(unsent).toBeGreaterThan(0)
  expect(result.state).toBe('failed')
  // Accepted is what was answered; the simulator may have accepted more whose answer was lost.
  const accepts = scene.simulator.stats().accepted
  expect(accepted).toBeLessThanOrEqual(accepts)
  expect(accepts).toBeLessThanOrEqual(accepted + unknown)
})

test('a server that takes connections and drops them at the first push', async () => {
  await using files = await openScene()
  const read = (name: string) => readFileSync(join(files.simulator.dir, name))
  const server = createSecureServer({ key: read('server-key.pem'), cert: read('server.pem') })
  server.on('stream', (stream) => stream.session?.destroy())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  try {
    const { port } = server.address() as AddressInfo
    await using scene = await openScene({
      service: { port, ca: files.simulator.ca },
      apns: { connectAttempts: 2 },
    })
    await scene.register(3000)
    const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
    expect(result).toMatchObject({ state: 'failed', accepted: 0, rejected: 0 })
    expect(result.unknown + result.unsent).toBe(3000)
    // The first stream of a connection stands alone until it is answered, so no more than that can be in doubt.
    expect(result.unknown).toBeLessThanOrEqual(2)
  } finally {
    server.close()
  }
})

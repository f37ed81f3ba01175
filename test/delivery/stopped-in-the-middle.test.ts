import { expect, test } from 'vitest'
import { openScene, sums, tokenOf } from './scene.js'

const total = 6000

test('a signal ends the push as cancelled, with the answers of what was in flight', async () => {
  await using scene = await openScene()
  await scene.register(total)
  const stop = new AbortController()
  const result = await scene.delivery.push(
    { serviceId: scene.service.id, message: 'Hi' },
    { signal: stop.signal, onProgress: () => stop.abort('Ctrl-C') },
  )
  expect(result).toMatchObject({ state: 'cancelled', stateReason: 'Ctrl-C', rejected: 0, unknown: 0 })
  expect(result.accepted).toBeGreaterThan(0)
  expect(result.unsent).toBeGreaterThan(0)
  expect(result.accepted + result.unsent).toBe(total)
  expect(scene.simulator.stats().accepted).toBe(result.accepted)
  // Whether they had been handed over already or not.
  expect(result.reasons).toEqual([{ outcome: 'unsent', reason: 'NotAttempted', count: result.unsent }])
})

test('what is not answered within the drain time is unknown', async () => {
  await using scene = await openScene()
  await scene.register(total)
  scene.simulator.markSlow(tokenOf(3), 60_000)
  const stop = new AbortController()
  const result = await scene.delivery.push(
    { serviceId: scene.service.id, message: 'Hi' },
    { signal: stop.signal, onProgress: ({ accepted }) => accepted > 3 && stop.abort() },
  )
  expect(result).toMatchObject({ state: 'cancelled', stateReason: 'stopped by the caller', unknown: 1 })
  expect(result.accepted + result.unknown + result.unsent).toBe(total)
})

test('a signal that has fired already sends nothing', async () => {
  await using scene = await openScene()
  await scene.register(10)
  const signal = AbortSignal.abort()
  const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' }, { signal })
  expect(result.state).toBe('cancelled')
  expect(sums(result)).toEqual({ accepted: 0, rejected: 0, unknown: 0, unsent: 10 })
  expect(scene.simulator.stats().received).toBe(0)
})

test('a signal after the last answer cancels nothing', async () => {
  await using scene = await openScene()
  await scene.register(10)
  const stop = new AbortController()
  const result = await scene.delivery.push(
    { serviceId: scene.service.id, message: 'Hi' },
    { signal: stop.signal, onProgress: ({ accepted }) => accepted === 10 && stop.abort() },
  )
  expect(result).toMatchObject({ state: 'done', stateReason: null, accepted: 10 })
})

test('close ends what is running and refuses what comes after', async () => {
  await using scene = await openScene()
  await scene.register(total)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  let closed: Promise<void> | undefined
  const result = await scene.delivery.push(notification, {
    onProgress: () => {
      closed ??= scene.delivery.close()
    },
  })
  await closed
  expect(result).toMatchObject({ state: 'cancelled', stateReason: 'the sender was closed' })
  expect(result.accepted + result.unsent).toBe(total)
  await expect(scene.delivery.push(notification)).rejects.toMatchObject({ code: 'PUSH_ERR_CLOSED' })
})

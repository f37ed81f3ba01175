import { expect, test } from 'vitest'
import { openScene, tokenOf } from './scene.js'

test('devices that go or come back while the push runs are in its sums', async () => {
  await using scene = await openScene()
  await scene.register(4000)
  // Number 2000 is inactive when the push is planned, and back before the push comes to it; 3999 goes the other way.
  const [comes, goes] = await Promise.all(
    [2000, 3999].map((number) => scene.store.devices.find(tokenOf(number), scene.service.id)),
  )
  await scene.store.devices.update(comes!.id, { isActive: false }, Date.now())
  // The answer to the first device waits, so that no more than the first probe has left when the registry changes.
  scene.simulator.answer({ status: 200, delayMs: 200, count: 100 })
  const result = scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' }, { chunkSize: 1000 })
  while (scene.simulator.stats().received < 1) await new Promise((resolve) => setTimeout(resolve, 5))
  await scene.store.devices.update(comes!.id, { isActive: true }, Date.now())
  await scene.store.devices.update(goes!.id, { isActive: false }, Date.now())
  const { accepted, rejected, unsent, audienceSize, reasons } = await result
  expect({ accepted, rejected, unsent, audienceSize }).toEqual({
    accepted: 3999,
    rejected: 0,
    unsent: 1,
    audienceSize: 4000,
  })
  expect(reasons).toEqual([{ outcome: 'unsent', reason: 'NotAttempted', count: 1 }])
  expect(scene.simulator.received(tokenOf(2000))).toHaveLength(1)
  expect(scene.simulator.received(tokenOf(3999))).toEqual([])
})

import { expect, test } from 'vitest'
import { openScene, tokenOf } from './scene.js'
import { addWorker, hasEnded, pushWhere, standOf } from './worker-scene.js'

test('an urgent push overtakes campaigns, however many are running, and they go on', async () => {
  await using scene = await openScene({ simulator: { responseDelayMs: 30 } })
  await scene.register(3000)
  await using worker = await addWorker(scene)
  const notification = { serviceId: scene.service.id, message: 'Campaign' }
  const campaigns = []
  // More of them than are sent at the same time.
  for (let number = 0; number < 6; number++) campaigns.push(await worker.delivery.submit(notification))
  await pushWhere(scene, campaigns[0]!.id, ({ accepted }) => accepted > 200)
  const urgent = await worker.delivery.submit(
    { serviceId: scene.service.id, message: 'Urgent' },
    { urgency: 'urgent', audience: { kind: 'tokens', tokens: [tokenOf(1), tokenOf(2)] } },
  )
  const sent = await pushWhere(scene, urgent.id, hasEnded)
  expect(sent).toMatchObject({ state: 'done', accepted: 2 })
  // It has ended before any campaign.
  for (const { id } of campaigns) {
    const campaign = await pushWhere(scene, id, hasEnded)
    expect(campaign.finishedAt!).toBeGreaterThanOrEqual(sent.finishedAt!)
    expect(standOf(campaign)).toMatchObject({ accepted: 3000, waiting: 0 })
  }
})

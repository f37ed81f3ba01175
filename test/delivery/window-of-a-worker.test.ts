import { describe, expect, test } from 'vitest'
import { type Sender, SendWindow } from '../../src/delivery/send-window.js'
import { openScene, tokenOf } from './scene.js'
import { addWorker, hasEnded, pushWhere } from './worker-scene.js'

test('all pushes of a worker together have no more than 2,000 devices on the way; an urgent one gets through', async () => {
  // One connection has room for all of it, and nothing runs out of time: what is on the way stays there.
  await using scene = await openScene({ simulator: { maxConcurrentStreams: 2000 } })
  await scene.register(3000)
  // The first 200 are answered, the others not before the test is over.
  scene.simulator.markSlow(
    Array.from({ length: 2800 }, (_, index) => tokenOf(index + 201)),
    600_000,
  )
  await using worker = await addWorker(scene, {
    apns: { maxConcurrentStreams: 2000, requestTimeoutMs: 600_000 },
  })
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const campaigns: number[] = []
  for (let number = 0; number < 3; number++) campaigns.push((await worker.delivery.submit(notification)).id)
  const onTheWay = () =>
    scene.rows<{ count: number }>('select coalesce(sum(handed - position), 0) as count from chunks')[0]!.count
  // Four pages, of which the answered beginnings have been recorded.
  await expect.poll(onTheWay).toBeGreaterThan(1400)
  const urgent = await worker.delivery.submit(notification, {
    urgency: 'urgent',
    audience: { kind: 'tokens', tokens: [tokenOf(1), tokenOf(2)] },
  })
  expect(await pushWhere(scene, urgent.id, hasEnded)).toMatchObject({ state: 'done', accepted: 2 })
  expect(onTheWay()).toBeLessThanOrEqual(2000)
  const { received } = scene.simulator.stats()
  let accepted = 0
  for (const id of [...campaigns, urgent.id]) accepted += (await scene.store.pushes.get(id))!.accepted
  expect(received - accepted).toBeLessThanOrEqual(2000)
  for (const id of campaigns) await worker.delivery.cancel(id)
})

describe('the window', () => {
  const sender = (urgency: Sender['urgency'], woken: string[] = []): Sender => ({
    urgency,
    wake: () => void woken.push(urgency),
  })

  test('has 1,900 for normal pushes, and the rest for urgent ones', () => {
    const window = new SendWindow()
    const normal = sender('normal')
    const urgent = sender('urgent')
    for (let page = 0; page < 4; page++) expect(window.take(normal, 475)).toBe(475)
    expect(window.take(normal, 1)).toBe(0)
    expect(window.take(urgent, 475)).toBe(100)
    expect(window.take(urgent, 3)).toBe(0)
    window.giveBack(normal, 475)
    expect(window.take(urgent, 475)).toBe(475)
  })

  test('is not all for urgent pushes as long as others want some', () => {
    const window = new SendWindow()
    const normal = sender('normal')
    const urgent = sender('urgent')
    expect(window.take(urgent, 475)).toBe(475)
    expect(window.take(normal, 475)).toBe(475)
    expect(window.take(urgent, 475)).toBe(475)
    expect(window.take(urgent, 475)).toBe(0)
    expect(window.take(normal, 475)).toBe(475)
    window.giveBack(normal, 950)
    window.leave(normal)
    expect(window.take(urgent, 475)).toBe(475)
  })

  test('wakes urgent ones first, and nobody who has got what he wanted', () => {
    const window = new SendWindow()
    const woken: string[] = []
    const [first, normal, urgent] = [sender('normal'), sender('normal', woken), sender('urgent', woken)]
    window.take(first, 1900)
    window.take(normal, 475)
    window.take(urgent, 100)
    window.take(urgent, 100)
    window.giveBack(first, 1900)
    expect(woken).toEqual(['urgent', 'normal'])
    expect(window.take(normal, 475)).toBe(475)
    expect(window.take(urgent, 100)).toBe(100)
    window.giveBack(normal, 475)
    expect(woken).toHaveLength(2)
  })
})

import { describe, expect, test } from 'vitest'
import { openScene, sums, tokenOf } from './scene.js'

const registered = 1_700_000_000_000

describe('a 410 of Apple', () => {
  test('deactivates the device, unless the app registered it after the timestamp', async () => {
    await using scene = await openScene()
    await scene.register(10)
    for (const number of [1, 2, 3])
      await scene.store.devices.register({
        token: tokenOf(number),
        serviceId: scene.service.id,
        at: registered,
      })
    scene.simulator.unregister(tokenOf(1), registered - 1)
    scene.simulator.unregister(tokenOf(2), registered)
    scene.simulator.unregister(tokenOf(3), registered + 1)
    const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
    expect(sums(result)).toEqual({ accepted: 7, rejected: 3, unknown: 0, unsent: 0 })
    expect(result.deactivated).toBe(2)
    expect(result.reasons).toEqual([{ outcome: 'rejected', reason: 'Unregistered', count: 3 }])
    expect(await Promise.all([1, 2, 3, 4].map((number) => scene.isActive(number)))).toEqual([
      true,
      false,
      false,
      true,
    ])
    const ledger = scene.rows<{ token: string; timestamp: number; applied: number }>(
      'select token, timestamp, applied_at is not null as applied from feedback order by token',
    )
    expect(ledger).toEqual([
      { token: tokenOf(1), timestamp: registered - 1, applied: 0 },
      { token: tokenOf(2), timestamp: registered, applied: 1 },
      { token: tokenOf(3), timestamp: registered + 1, applied: 1 },
    ])
  })

  test('is only collected where the service defers feedback', async () => {
    await using scene = await openScene({ service: { feedback: 'deferred' } })
    await scene.register(3)
    scene.simulator.unregister(tokenOf(1), registered + 1)
    scene.simulator.markBad(tokenOf(2))
    const result = await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
    expect(result).toMatchObject({ accepted: 1, rejected: 2, deactivated: 0 })
    expect(await scene.activeDevices()).toBe(3)
    expect(scene.rows('select token, applied_at as appliedAt from feedback')).toEqual([
      { token: tokenOf(1), appliedAt: null },
    ])
  })
})

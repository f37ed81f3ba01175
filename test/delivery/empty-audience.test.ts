import { expect, test } from 'vitest'
import { openScene, tokenOf } from './scene.js'

test('a push to nobody is refused, says why, and writes nothing', async () => {
  await using scene = await openScene()
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const all = scene.delivery.push(notification)
  await expect(all).rejects.toMatchObject({ code: 'PUSH_ERR_AUDIENCE_EMPTY' })
  await expect(all).rejects.toThrow('service 1 (test) has no active device (0 inactive)')

  await scene.register(1)
  const device = await scene.store.devices.find(tokenOf(1), scene.service.id)
  await scene.store.devices.update(device!.id, { isActive: false }, Date.now())
  await expect(scene.delivery.push(notification)).rejects.toThrow('(1 inactive)')
  const audience = { kind: 'tokens', tokens: [tokenOf(1), tokenOf(2), tokenOf(3)] } as const
  const some = scene.delivery.push(notification, { audience })
  await expect(some).rejects.toThrow('among the tokens given (1 inactive, 2 not registered)')
  expect(await scene.delivery.preflight(notification, { audience })).toMatchObject({
    ...{ audienceSize: 0, chunks: 0, skippedInactive: 1, skippedUnregistered: 2 },
    problems: [{ code: 'PUSH_ERR_AUDIENCE_EMPTY', field: null }],
  })

  expect(await scene.store.pushes.list()).toEqual([])
  expect((await scene.store.notifications.list()).notifications).toEqual([])
})

import { expect, test } from 'vitest'
import { openScene, type Scene, tokenOf } from './scene.js'
import { addWorker, hasEnded, pushWhere } from './worker-scene.js'

const sentTo = (scene: Scene) =>
  scene.simulator
    .received()
    .map(({ token }) => Number.parseInt(token, 16))
    .sort((a, b) => a - b)

/** Ends a push of 40 devices in which so many were accepted, as `cancelled`; the rest was not attempted. */
async function cancelled(scene: Scene, accepted: number) {
  await scene.register(40)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const { id } = await scene.delivery.submit(notification, { chunkSize: 15 })
  const { pushes } = scene.store
  const chunk = (await pushes.lease(id, 'me', 1, 10_000))!
  const acceptedIds = Array.from({ length: accepted - 1 }, (_, n) => n + 1)
  await pushes.record({
    ...{
      chunkId: chunk.id,
      fence: chunk.fence,
      position: accepted,
      acceptedIds,
      feedback: [],
      deactivate: false,
    },
    ...{ counts: { accepted: accepted - 1, rejected: 1, unknown: 0, unsent: 0 }, at: 2 },
    deliveries: [
      {
        deviceId: accepted,
        outcome: 'rejected',
        reason: 'ServiceUnavailable',
        status: 503,
        apnsId: null,
        at: 2,
      },
    ],
  })
  await pushes.release(chunk.id, chunk.fence)
  await scene.delivery.cancel(id)
  return id
}

test('a retry goes to those who did not accept, and to nobody else', async () => {
  await using scene = await openScene()
  const first = await cancelled(scene, 10)
  const retry = await scene.delivery.retry(first, { by: 'ann' })
  expect(retry).toMatchObject({
    ...{
      retryOf: first,
      audienceKind: 'retry',
      state: 'scheduled',
      stateBy: 'ann',
      payload: '{"aps":{"alert":"Hi"}}',
    },
  })
  expect(retry.id).not.toBe(first)
  // However often it is asked for.
  expect((await scene.delivery.retry(first)).id).toBe(retry.id)
  await using _worker = await addWorker(scene)
  expect(await pushWhere(scene, retry.id, hasEnded)).toMatchObject({ state: 'done', accepted: 31, unsent: 0 })
  expect(sentTo(scene)).toEqual(Array.from({ length: 31 }, (_, n) => n + 10))
  await expect(scene.delivery.retry(retry.id)).rejects.toMatchObject({ code: 'PUSH_ERR_AUDIENCE_EMPTY' })
})

test('only those with an outcome or a reason', async () => {
  await using scene = await openScene()
  const first = await cancelled(scene, 10)
  const one = await scene.delivery.retry(first, { outcomes: ['rejected'] })
  const rest = await scene.delivery.retry(first, { reasons: ['NotAttempted'] })
  expect(rest.id).not.toBe(one.id)
  await using _worker = await addWorker(scene)
  expect(await pushWhere(scene, one.id, hasEnded)).toMatchObject({ accepted: 1 })
  expect(await pushWhere(scene, rest.id, hasEnded)).toMatchObject({ accepted: 30 })
  expect(sentTo(scene)).toEqual(Array.from({ length: 31 }, (_, n) => n + 10))
  for (const options of [{ outcomes: ['unknown'] as const }, { reasons: ['Nonsense'] }])
    await expect(scene.delivery.retry(first, options)).rejects.toMatchObject({
      code: 'PUSH_ERR_AUDIENCE_EMPTY',
    })
  await expect(scene.delivery.retry(first, { outcomes: ['accepted' as 'unsent'] })).rejects.toMatchObject({
    code: 'PUSH_ERR_INPUT_INVALID',
  })
})

test('dead tokens are not tried again, unless they are named', async () => {
  await using scene = await openScene()
  await scene.register(5)
  scene.simulator.unregister([tokenOf(2)])
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const { pushId } = await scene.delivery.push(notification)
  await expect(scene.delivery.retry(pushId)).rejects.toMatchObject({ code: 'PUSH_ERR_AUDIENCE_EMPTY' })
  // It is inactive, until its app registers again.
  await expect(scene.delivery.retry(pushId, { reasons: ['Unregistered'] })).rejects.toMatchObject({
    message: 'There is nobody to push to: no device of the push is active that ended so (1 inactive)',
  })
  await scene.store.devices.register({ token: tokenOf(2), serviceId: scene.service.id, at: Date.now() })
  expect(await scene.delivery.retry(pushId, { reasons: ['Unregistered'] })).toMatchObject({ retryOf: pushId })
})

test('a key of its own makes a retry of its own, once', async () => {
  await using scene = await openScene()
  const first = await cancelled(scene, 10)
  const a = await scene.delivery.retry(first, { idempotencyKey: 'a' })
  expect((await scene.delivery.retry(first, { idempotencyKey: 'a' })).id).toBe(a.id)
  expect((await scene.delivery.retry(first, { idempotencyKey: 'b' })).id).not.toBe(a.id)
  await expect(
    scene.delivery.retry(first, { idempotencyKey: 'a', outcomes: ['unsent'] }),
  ).rejects.toMatchObject({ code: 'PUSH_ERR_IDEMPOTENCY_KEY_REUSED' })
})

test('not while it runs, nor when its rows are gone, nor when it has expired', async () => {
  await using scene = await openScene()
  await scene.register(2)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const { id } = await scene.delivery.submit(notification)
  const state = { code: 'PUSH_ERR_PUSH_STATE' }
  await expect(scene.delivery.retry(id)).rejects.toMatchObject(state)
  await scene.delivery.cancel(id)
  scene.sql(`update pushes set expiration = 1000000000 where id = ${id}`)
  await expect(scene.delivery.retry(id)).rejects.toMatchObject({
    ...state,
    message: expect.stringContaining('expired'),
  })
  scene.sql(`update pushes set expiration = null where id = ${id}`)
  while (await scene.store.pushes.prune(Date.now() + 1000, 100, Date.now()));
  await expect(scene.delivery.retry(id)).rejects.toMatchObject({
    ...state,
    message: expect.stringContaining('so long ago'),
  })
  await expect(scene.delivery.retry(99)).rejects.toMatchObject({ code: 'PUSH_ERR_PUSH_NOT_FOUND' })
})

test('devices that waited for their local time when the push was cancelled', async () => {
  await using scene = await openScene()
  await scene.register(3)
  const notification = { serviceId: scene.service.id, message: 'Hi' }
  const soon = new Date(Date.now() + 13 * 3_600_000).toISOString().slice(0, 16)
  const { id } = await scene.delivery.submit(notification, { localTime: soon })
  scene.sql(`update pushes set due_at = 0 where id = ${id}`)
  expect(await scene.store.pushes.begin(id, Date.now())).toMatchObject({ deferred: 3 })
  await scene.delivery.cancel(id)
  expect(await scene.store.pushes.reasons(id)).toEqual([
    { outcome: 'unsent', reason: 'NotAttempted', count: 3 },
  ])
  const retry = await scene.delivery.retry(id)
  await using _worker = await addWorker(scene)
  expect(await pushWhere(scene, retry.id, hasEnded)).toMatchObject({ accepted: 3 })
})

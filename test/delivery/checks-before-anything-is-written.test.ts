import { expect, test } from 'vitest'
import type { PushError } from '../../src/base/index.js'
import type { PushOptions } from '../../src/delivery/index.js'
import type { NewNotification } from '../../src/model/index.js'
import { openScene, tokenOf } from './scene.js'

const overhead = Buffer.byteLength('{"aps":{"alert":"Hi"},"x":""}')

function ofSize(bytes: number): Partial<NewNotification> {
  return { message: 'Hi', customPayload: { x: 'x'.repeat(bytes - overhead) } }
}

const wrong: [string, Partial<NewNotification>, PushOptions, string, string][] = [
  ['a payload of 4097 bytes', ofSize(4097), {}, 'PUSH_ERR_PAYLOAD_TOO_LARGE', '4097'],
  ['a negative badge', { badge: -1 }, {}, 'PUSH_ERR_INPUT_INVALID', 'badge'],
  ['half a badge', { badge: 1.5 }, {}, 'PUSH_ERR_INPUT_INVALID', 'badge'],
  [
    'background with priority 10',
    { pushType: 'background', priority: 10 },
    {},
    'PUSH_ERR_HEADER_INVALID',
    'priority',
  ],
  ['a collapse id of 65 bytes', { collapseId: 'x'.repeat(65) }, {}, 'PUSH_ERR_INPUT_INVALID', 'collapseId'],
  ['chunks of none', {}, { chunkSize: 0 }, 'PUSH_ERR_INPUT_INVALID', 'chunkSize'],
  ['chunks of less than none', {}, { chunkSize: -1 }, 'PUSH_ERR_INPUT_INVALID', 'chunkSize'],
  ['chunks of one and a half', {}, { chunkSize: 1.5 }, 'PUSH_ERR_INPUT_INVALID', 'chunkSize'],
  [
    'no service',
    { serviceId: 123 },
    {},
    'PUSH_ERR_SERVICE_NOT_FOUND',
    'APNService with id 123 does not exist',
  ],
  [
    'a token that is none',
    {},
    { audience: { kind: 'tokens', tokens: [tokenOf(1), 'xyz'] } },
    'PUSH_ERR_DEVICE_TOKEN_INVALID',
    'tokens[1]',
  ],
  [
    'an id that is none',
    {},
    { audience: { kind: 'users', ids: [1, 0] } },
    'PUSH_ERR_INPUT_INVALID',
    'users[1]',
  ],
]

test('what is wrong is named, by push and by preflight, and nothing is written or sent', async () => {
  await using scene = await openScene()
  await scene.register(1)
  for (const [name, change, options, code, mention] of wrong) {
    const notification = { serviceId: scene.service.id, message: 'Hi', ...change }
    const tried = scene.delivery.push(notification, options)
    await expect(tried, name).rejects.toMatchObject({ code })
    await expect(tried, name).rejects.toThrow(mention)
    const looked = scene.delivery.preflight(notification, options)
    if (code === 'PUSH_ERR_SERVICE_NOT_FOUND') {
      await expect(looked, name).rejects.toThrow(mention)
      continue
    }
    // The same words, by either door.
    const { message } = (await tried.catch((error: unknown) => error)) as PushError
    const { problems } = await looked
    expect(problems[0], name).toMatchObject({ code, message })
  }
  expect(await scene.store.pushes.list()).toEqual([])
  expect((await scene.store.notifications.list()).notifications).toEqual([])
  expect(scene.simulator.stats().received).toBe(0)
})

test('exactly 4096 bytes are sent', async () => {
  await using scene = await openScene()
  await scene.register(1)
  const result = await scene.delivery.push({ serviceId: scene.service.id, ...ofSize(4096) })
  expect(result.accepted).toBe(1)
  expect(scene.simulator.received()[0]?.body.length).toBe(4096)
})

test('a service whose key can not be used gets no push written', async () => {
  const key = { p8: 'no key', keyId: 'ABCDE12345', teamId: 'TEAM123456' }
  await using scene = await openScene({ service: { credential: { kind: 'key', key } } })
  await scene.register(1)
  const tried = scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  await expect(tried).rejects.toMatchObject({ code: 'PUSH_ERR_APNS_CREDENTIAL_INVALID' })
  expect(await scene.store.pushes.list()).toEqual([])
})

import { expect, test } from 'vitest'
import { pair } from './http2-sender.js'

test.each([
  ['aa', 400],
  ['aaaa', 200],
  ['b'.repeat(64), 200],
  ['B'.repeat(64), 200],
  ['c'.repeat(512), 200],
  ['c'.repeat(514), 400],
  ['b'.repeat(63), 400],
  ['g'.repeat(64), 400],
  [`${'b'.repeat(62)}%20`, 400],
])('device token %s: %i', async (token, status) => {
  const { sender } = await pair()
  const reason = status === 200 ? undefined : 'BadDeviceToken'
  expect(await sender.push({ token })).toMatchObject({ status, reason })
})

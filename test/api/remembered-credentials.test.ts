import { expect, test, vi } from 'vitest'
import { Authenticator } from '../../src/api/authenticator.js'
import { hashPassword } from '../../src/resources/index.js'
import * as password from '../../src/resources/password.js'
import { createUser, startStore, startTime } from './start-api.js'

const attempt = { username: 'Aladdin', password: 'open sesame', address: '192.0.2.1', staffOnly: false }

async function start() {
  const { store } = await startStore()
  const user = await createUser(store)
  const clock = { time: startTime, now: () => clock.time }
  // Counted, not replaced: the real hashing runs.
  const verify = vi.spyOn(password, 'verifyPassword')
  verify.mockClear()
  return { store, user, clock, verify, authenticator: new Authenticator(store.users, clock) }
}

test('credentials that were right are believed for a minute without hashing', async () => {
  const { authenticator, clock, user, verify } = await start()
  expect(await authenticator.authenticate(attempt)).toMatchObject({ kind: 'accepted', user })
  clock.time += 59_999
  expect(await authenticator.authenticate(attempt)).toMatchObject({ kind: 'accepted', user })
  expect(verify).toHaveBeenCalledTimes(1)
  clock.time += 1
  expect(await authenticator.authenticate(attempt)).toMatchObject({ kind: 'accepted', user })
  expect(verify).toHaveBeenCalledTimes(2)
})

test('the same credentials that come many at once are verified once', async () => {
  const { authenticator, verify } = await start()
  const results = await Promise.all(Array.from({ length: 50 }, () => authenticator.authenticate(attempt)))
  expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['accepted']))
  expect(verify).toHaveBeenCalledTimes(1)
})

test('a wrong password is hashed each time, and so is that of a user who does not exist', async () => {
  const { authenticator, verify } = await start()
  for (const wrong of [
    { password: 'wrong' },
    { password: 'wrong' },
    { username: 'Jafar' },
    { staffOnly: true },
  ])
    expect(await authenticator.authenticate({ ...attempt, ...wrong })).toEqual({ kind: 'refused' })
  expect(verify).toHaveBeenCalledTimes(4)
  // At the same cost: the time of an answer does not tell who exists.
  const costs = verify.mock.calls.map(([hash]) => hash.split('$').slice(1, 4).join('$'))
  expect(new Set(costs)).toEqual(new Set(['argon2id$v=19$m=19456,t=2,p=1']))
})

test('a changed password counts at once', async () => {
  const { authenticator, store, user } = await start()
  await authenticator.authenticate(attempt)
  await store.users.setPasswordHash(user.id, await hashPassword('new'))
  expect(await authenticator.authenticate(attempt)).toEqual({ kind: 'refused' })
  expect(await authenticator.authenticate({ ...attempt, password: 'new' })).toMatchObject({
    kind: 'accepted',
    user,
  })
})

test('credentials that were right are not right for staff only', async () => {
  const { authenticator } = await start()
  await authenticator.authenticate(attempt)
  expect(await authenticator.authenticate({ ...attempt, staffOnly: true })).toEqual({ kind: 'refused' })
})

test('a deactivation counts at once', async () => {
  const { user, clock, store } = await start()
  const found = (await store.users.findByUsername('Aladdin'))!
  let isActive = true
  // The store has no way to deactivate a user: what it would answer is put in its place.
  const users = { findByUsername: async () => ({ ...found, user: { ...found.user, isActive } }) }
  const authenticator = new Authenticator(users, clock)
  expect(await authenticator.authenticate(attempt)).toMatchObject({ kind: 'accepted', user })
  isActive = false
  expect(await authenticator.authenticate(attempt)).toEqual({ kind: 'refused' })
})

import { expect, test } from 'vitest'
import { Authenticator, failedAttemptLimits } from '../../src/api/authenticator.js'
import { FailedAttempts } from '../../src/api/failed-attempts.js'
import { basic, createUser, startApi, startStore, startTime } from './start-api.js'

const { perName, perAddress, perNameEverywhere, windowMs } = failedAttemptLimits
const right = { username: 'Aladdin', password: 'open sesame', address: '192.0.2.1', staffOnly: false }
const wrong = { ...right, password: 'wrong' }

async function start() {
  const { store } = await startStore()
  await createUser(store)
  const clock = { time: startTime, now: () => clock.time }
  return { clock, authenticator: new Authenticator(store.users, clock) }
}

async function fail(authenticator: Authenticator, times: number, attempt = wrong) {
  for (let number = 0; number < times; number++)
    expect(await authenticator.authenticate(attempt)).toEqual({ kind: 'refused' })
}

test('after ten failures an address waits for the end of the minute, for that name', async () => {
  const { authenticator, clock } = await start()
  await fail(authenticator, perName)
  clock.time += 15_000
  const limited = { kind: 'limited', retryAfterMs: windowMs - 15_000 }
  expect(await authenticator.authenticate(wrong)).toEqual(limited)
  expect(await authenticator.authenticate(right)).toEqual(limited)
  clock.time += 45_000 - 1
  expect(await authenticator.authenticate(right)).toEqual({ kind: 'limited', retryAfterMs: 1 })
  clock.time += 1
  expect(await authenticator.authenticate(right)).toMatchObject({ kind: 'accepted' })
})

test('another address and another name are not held back', async () => {
  const { authenticator } = await start()
  await fail(authenticator, perName)
  expect(await authenticator.authenticate({ ...wrong, username: 'Jafar' })).toEqual({ kind: 'refused' })
  expect(await authenticator.authenticate({ ...right, address: '192.0.2.2' })).toMatchObject({
    kind: 'accepted',
  })
})

test('good credentials are never limited: what succeeds is not counted', async () => {
  const { authenticator, clock } = await start()
  for (let number = 0; number < perName + 2; number++) {
    expect(await authenticator.authenticate(right)).toMatchObject({ kind: 'accepted' })
    clock.time += 1000
  }
  await fail(authenticator, perName)
})

test('credentials that were right pass a limit that somebody else reached behind the same address', async () => {
  const { authenticator, clock } = await start()
  expect(await authenticator.authenticate(right)).toMatchObject({ kind: 'accepted' })
  clock.time += 3_600_000
  await fail(authenticator, perName)
  expect(await authenticator.authenticate(wrong)).toMatchObject({ kind: 'limited' })
  expect(await authenticator.authenticate(right)).toMatchObject({ kind: 'accepted' })
})

test('attempts that come at once do not slip past the limit', async () => {
  const { authenticator } = await start()
  const attempts = Array.from({ length: 40 }, (_, number) =>
    authenticator.authenticate({ ...wrong, password: `wrong ${number}` }),
  )
  const kinds = (await Promise.all(attempts)).map(({ kind }) => kind)
  // Two are looked at together, so one may come on top.
  const looked = kinds.filter((kind) => kind === 'refused').length
  expect(looked).toBeGreaterThanOrEqual(perName)
  expect(looked).toBeLessThanOrEqual(perName + 1)
})

test('an address may fail a hundred times in a minute, whatever the names', () => {
  const clock = { time: 0, now: () => clock.time }
  const failures = new FailedAttempts(perAddress, windowMs, clock)
  for (let number = 1; number < perAddress; number++) failures.add('address')
  expect(failures.waitMs('address')).toBe(0)
  failures.add('address')
  expect(failures.waitMs('address')).toBe(windowMs)
  expect(failures.waitMs('another')).toBe(0)
  clock.time += windowMs
  expect(failures.waitMs('address')).toBe(0)
  failures.add('address')
  expect(failures.waitMs('address')).toBe(0)
})

test('an address that tries one name after the other is stopped too', async () => {
  const { authenticator } = await start()
  const names = Array.from({ length: perAddress + 2 }, (_, number) => `user ${number}`)
  // No more at once than may wait for their passwords to be checked.
  while (names.length > 0)
    await Promise.all(
      names.splice(0, 40).map((username) => authenticator.authenticate({ ...wrong, username })),
    )
  expect(await authenticator.authenticate(right)).toMatchObject({ kind: 'limited' })
  expect(await authenticator.authenticate({ ...right, address: '192.0.2.2' })).toMatchObject({
    kind: 'accepted',
  })
})

test('a name that is tried from many addresses gets one attempt from each; nobody else is held back', async () => {
  const { authenticator, clock } = await start()
  const from = (number: number, password = 'wrong') => ({
    ...right,
    password,
    address: `192.0.2.${number}`,
  })
  for (let number = 0; number < perNameEverywhere; number++)
    await fail(authenticator, 1, from(100 + Math.floor(number / perName), `wrong ${number}`))
  expect(await authenticator.authenticate(from(1))).toEqual({ kind: 'refused' })
  expect(await authenticator.authenticate(from(1))).toMatchObject({ kind: 'limited' })
  await fail(authenticator, 2, { ...from(2), username: 'Jafar' })
  // The user is not locked out, wherever he is.
  expect(await authenticator.authenticate(from(3, right.password))).toMatchObject({ kind: 'accepted' })
  clock.time += windowMs
  await fail(authenticator, 2, from(1))
})

test('what is remembered is bounded: the oldest are forgotten', () => {
  const failures = new FailedAttempts(1, windowMs, { now: () => 0 })
  for (let number = 0; number <= 10_000; number++) failures.add(`${number}`)
  expect(failures.waitMs('0')).toBe(0)
  expect(failures.waitMs('1')).toBe(windowMs)
  expect(failures.waitMs('10000')).toBe(windowMs)
})

test('a key whose window begins anew is no longer the oldest', () => {
  const clock = { time: 0, now: () => clock.time }
  const failures = new FailedAttempts(1, windowMs, clock)
  for (let number = 0; number < 10_000; number++) failures.add(`${number}`)
  clock.time = windowMs
  failures.add('0')
  failures.add('another')
  expect(failures.waitMs('0')).toBe(windowMs)
})

test('all addresses of an IPv6 network of 64 bits count as one', async () => {
  const { authenticator } = await start()
  for (let number = 0; number < perName; number++)
    await fail(authenticator, 1, { ...wrong, address: `2001:db8:0:1::${number + 1}` })
  const other = { ...right, address: '2001:db8:0:1:ffff:ffff:ffff:ffff' }
  expect(await authenticator.authenticate(other)).toMatchObject({ kind: 'limited' })
  expect(await authenticator.authenticate({ ...right, address: '2001:db8:0:2::1' })).toMatchObject({
    kind: 'accepted',
  })
})

test('wrong tokens lock out no sign-in from the same address', async () => {
  const { authenticator } = await start()
  const { address } = right
  for (let number = 0; number < perAddress; number++)
    expect(authenticator.countWrongToken(address)).toEqual({ kind: 'refused' })
  expect(authenticator.countWrongToken(address)).toEqual({ kind: 'limited', retryAfterMs: windowMs })
  expect(await authenticator.authenticate(right)).toMatchObject({ kind: 'accepted' })
})

test('wrong tokens from one IPv6 network count together', async () => {
  const { authenticator } = await start()
  for (let number = 0; number < perAddress; number++)
    expect(authenticator.countWrongToken(`2001:db8::${number}`)).toEqual({ kind: 'refused' })
  expect(authenticator.countWrongToken('2001:db8::ffff')).toMatchObject({ kind: 'limited' })
  expect(authenticator.countWrongToken('2001:db8:0:1::1')).toEqual({ kind: 'refused' })
})

test('over HTTP it is 429 with Retry-After', async () => {
  const api = await startApi({ authentication: 'AuthBasic' })
  await createUser(api.store)
  const headers = basic('Aladdin', 'wrong')
  for (let number = 0; number < perName; number++)
    expect((await api.call('GET', 'device/ab/1/', { headers })).status).toBe(401)
  api.clock.time += 500
  const answer = await api.call('GET', 'device/ab/1/', { headers })
  expect(answer.status).toBe(429)
  expect(answer.headers['retry-after']).toBe('60')
  expect(answer.json).toEqual({ error: 'Too many failed attempts. Try again in 60 seconds.' })
  // A missing header is no attempt.
  expect((await api.call('GET', 'device/ab/1/')).status).toBe(401)
})

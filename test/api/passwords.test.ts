import { describe, expect, test } from 'vitest'
import { hashPassword } from '../../src/resources/index.js'
import { basic, startApi, startTime, token } from './start-api.js'

test('a hash is a PHC string of Argon2id with 19 MiB and two passes, and never the same twice', async () => {
  const hash = await hashPassword('open sesame')
  expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
  expect(await hashPassword('open sesame')).not.toBe(hash)
})

test('a password of 1 and of 1024 characters is accepted, none and 1025 are not', async () => {
  await hashPassword('x')
  await hashPassword('x'.repeat(1024))
  for (const password of ['', 'x'.repeat(1025)])
    await expect(hashPassword(password)).rejects.toMatchObject({
      code: 'PUSH_ERR_INPUT_INVALID',
      field: 'password',
      message: expect.not.stringContaining('xx'),
    })
})

test('many at once all get their turn', async () => {
  const hashes = await Promise.all(Array.from({ length: 12 }, (_, number) => hashPassword(`${number}`)))
  expect(new Set(hashes).size).toBe(12)
})

describe('what a password may hold', () => {
  test.each(['a:b:c', ':', ' ', 'pässwörd 😀', '\0', 'x'.repeat(1024)])('%j', async (password) => {
    const api = await startApi({ authentication: 'AuthBasic' })
    const passwordHash = await hashPassword(password)
    const traits = { email: '', isActive: true, isStaff: false, isSuperuser: false }
    await api.store.users.create({ username: 'ann', ...traits, passwordHash }, startTime)
    const path = `device/${token}/${api.serviceId}/`
    expect((await api.call('GET', path, { headers: basic('ann', password) })).status).toBe(404)
    expect((await api.call('GET', path, { headers: basic('ann', `${password}.`) })).status).toBe(401)
  })
})

test('a stored hash of another kind fits no password', async () => {
  const api = await startApi({ authentication: 'AuthBasic' })
  const traits = { email: '', isActive: true, isStaff: false, isSuperuser: false }
  await api.store.users.create({ username: 'ann', ...traits, passwordHash: '!' }, startTime)
  expect((await api.call('GET', 'device/ab/1/', { headers: basic('ann', '!') })).status).toBe(401)
})

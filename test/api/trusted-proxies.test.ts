import { expect, test } from 'vitest'
import { startAccess } from './v1/access-scene.js'

const credentials = { username: 'ann', password: 'open sesame' }

/** The address that a session from this connection, with this `X-Forwarded-For`, is said to be opened from. */
async function addressSeen(trustedProxies: string | undefined, remoteAddress: string, forwarded: string) {
  const { ask, store } = await startAccess({ trustedProxies })
  const from = { 'x-forwarded-for': forwarded }
  expect(await ask('POST', '/session', from, credentials, { remoteAddress })).toMatchObject({ status: 200 })
  const { user } = (await store.users.findByUsername('ann'))!
  const [session] = await store.sessions.list(user.id)
  return session?.address
}

test.each([
  ['nobody is believed by default', undefined, '10.1.2.3', '203.0.113.7', '10.1.2.3'],
  ['a proxy that is trusted is', '127.0.0.1, 10.0.0.0/8', '10.1.2.3', '203.0.113.7', '203.0.113.7'],
  ['also where IPv4 is written as IPv6', '10.0.0.0/8', '::ffff:10.1.2.3', '203.0.113.7', '203.0.113.7'],
  [
    'what the client itself has said is not',
    '10.0.0.0/8',
    '10.1.2.3',
    '192.0.2.9, 203.0.113.7',
    '203.0.113.7',
  ],
  ['of two proxies both', '10.0.0.0/8,::1', '::1', '203.0.113.7, 10.1.2.3', '203.0.113.7'],
  ['another one is not', '10.0.0.0/8', '192.168.0.1', '203.0.113.7', '192.168.0.1'],
])('%s', async (_, trusted, peer, forwarded, seen) => {
  expect(await addressSeen(trusted, peer, forwarded)).toBe(seen)
})

test('clients behind a proxy that is trusted are limited each for itself', async () => {
  const { ask } = await startAccess({ trustedProxies: '10.0.0.1' })
  const signIn = (client: string, password: string) =>
    ask(
      'POST',
      '/session',
      { 'x-forwarded-for': client },
      { username: 'ann', password },
      {
        remoteAddress: '10.0.0.1',
      },
    )
  for (let count = 0; count < 10; count++)
    expect(await signIn('203.0.113.7', 'wrong')).toMatchObject({ status: 401 })
  expect(await signIn('203.0.113.7', 'open sesame')).toMatchObject({ status: 429 })
  expect(await signIn('203.0.113.8', 'open sesame')).toMatchObject({ status: 200 })
})

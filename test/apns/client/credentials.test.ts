import { createPrivateKey } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { tokenOf, tokensOf } from './device-tokens.js'
import { anyKey, startRawPeer } from './raw-peer.js'
import { clientFor, startScene } from './simulator-scene.js'
import { collect, counts } from './sums.js'

const topic = 'com.example.app'
const message = { topic, payload: { aps: { alert: 'Hi' } } }
const push = { ...message, token: tokenOf(1) }

describe('a client certificate', () => {
  test('is accepted, and needs no token', async () => {
    const { simulator } = await startScene()
    const client = clientFor(simulator, { certificate: simulator.issueCertificate({ topic }) })
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
    expect(simulator.received()[0]!.headers).not.toHaveProperty('authorization')
    expect(simulator.stats().tokenVerifications).toBe(0)
  })

  test('with a passphrase', async () => {
    const { simulator } = await startScene()
    const certificate = simulator.issueCertificate({ topic, passphrase: 'open sesame' })
    const client = clientFor(simulator, { certificate })
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
  })

  test('with the key in the same PEM', async () => {
    const { simulator } = await startScene()
    const { certificate, privateKey } = simulator.issueCertificate({ topic })
    const client = clientFor(simulator, { certificate: { certificate: certificate + privateKey } })
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
  })

  test('for one topic only, and a message without one', async () => {
    const { simulator } = await startScene()
    const client = clientFor(simulator, { certificate: simulator.issueCertificate({ topic, topics: [] }) })
    await expect(client.send({ payload: message.payload, token: tokenOf(1) })).resolves.toMatchObject({
      kind: 'accepted',
    })
  })

  test('for another app: rejected with Apple’s word', async () => {
    const { simulator } = await startScene()
    const client = clientFor(simulator, {
      certificate: simulator.issueCertificate({ topic: 'com.example.other' }),
    })
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'rejected', status: 400 })
  })

  test('needs no first acceptance: all streams at once', async () => {
    const peer = await startRawPeer((connection) => {
      connection.settings()
      connection.onRequest = () => {
        if (connection.requests.length === 20)
          for (const { streamId } of connection.requests) connection.accept(streamId)
      }
    })
    const sum = await collect(peer.client().sendMany(message, tokensOf(20)))
    expect(sum.accepted).toBe(20)
  })
})

describe('"APNs allows only one stream for each connection until you post a push with a valid provider token"', () => {
  test('one at a time as long as they are rejected, all the others after the first acceptance', async () => {
    let mostBefore = 0
    let most = 0
    const peer = await startRawPeer((connection) => {
      connection.settings()
      let proven = false
      let open = 0
      connection.onFrame = ({ type }) => {
        if (type !== 1) return
        open++
        if (proven) most = Math.max(most, open)
        else mostBefore = Math.max(mostBefore, open)
      }
      const answer = (streamId: number) => {
        open--
        if (connection.requests.length === 4) proven = true
        if (proven) connection.accept(streamId)
        else connection.reject(streamId, 400, 'BadDeviceToken')
      }
      connection.onRequest = ({ streamId }) => setTimeout(answer, 2, streamId)
    })
    const sum = await collect(peer.client({ key: anyKey }).sendMany(message, tokensOf(60)))
    expect(counts(sum)).toEqual({ accepted: 57, rejected: 3, unknown: 0, unsent: 0 })
    expect(mostBefore).toBe(1)
    expect(most).toBeGreaterThan(10)
  })

  test('the simulator, which refuses a second stream, sees none', async () => {
    const { client, simulator } = await startScene({ responseDelayMs: 5 })
    const sum = await collect(client.sendMany(message, tokensOf(500)))
    expect(counts(sum)).toEqual({ accepted: 500, rejected: 0, unknown: 0, unsent: 0 })
    expect(simulator.stats()).toMatchObject({
      received: 500,
      incomplete: 0,
      unanswered: 0,
      streams: { total: 500 },
    })
  })
})

describe('the provider token', () => {
  const minute = 60_000
  /** A simulator and a client on one clock. */
  async function withClock() {
    const clock = { time: Date.now(), now: () => clock.time }
    return { clock, ...(await startScene({ clock }, { clock })) }
  }

  test('is used again and verified once', async () => {
    const { client, simulator } = await withClock()
    await collect(client.sendMany(message, tokensOf(200)))
    const tokens = new Set(simulator.received().map(({ headers }) => headers['authorization']))
    expect(tokens.size).toBe(1)
    expect(simulator.stats().tokenVerifications).toBe(1)
  })

  test('is replaced between 45 and 50 minutes, before Apple’s hour', async () => {
    const { client, simulator, clock } = await withClock()
    const tokenAfter = async (minutes: number) => {
      clock.time += minutes * minute
      await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
      return simulator.received().at(-1)!.headers['authorization']
    }
    const first = await tokenAfter(0)
    expect(await tokenAfter(44)).toBe(first)
    const second = await tokenAfter(7)
    expect(second).not.toBe(first)
    expect(await tokenAfter(44)).toBe(second)
  })

  test('that Apple calls expired is replaced, and the push sent again, once', async () => {
    const { client, simulator, clock } = await withClock()
    await client.send(push)
    clock.time += 21 * minute
    simulator.answer({ reason: 'ExpiredProviderToken', count: 1 })
    await expect(client.send(push)).resolves.toMatchObject({ kind: 'accepted' })
    const [first, expired, again] = simulator.received()
    expect(expired).toMatchObject({
      reason: 'ExpiredProviderToken',
      headers: { authorization: first!.headers['authorization'] },
    })
    expect(again!.headers['authorization']).not.toBe(expired!.headers['authorization'])
  })

  test('that Apple calls expired in its first 20 minutes is not: a clock is wrong', async () => {
    const { client, simulator, clock } = await withClock()
    await client.send(push)
    clock.time += 19 * minute
    simulator.answer({ reason: 'ExpiredProviderToken' })
    await expect(client.send(push)).resolves.toMatchObject({
      kind: 'rejected',
      status: 403,
      reason: 'ExpiredProviderToken',
    })
    expect(simulator.stats().received).toBe(2)
  })

  test('many pushes with an expired one cost one new token', async () => {
    const { client, simulator, clock } = await withClock()
    await client.send(push)
    clock.time += 21 * minute
    simulator.answer({ reason: 'ExpiredProviderToken', count: 50 })
    const sum = await collect(client.sendMany(message, tokensOf(50)))
    expect(counts(sum)).toEqual({ accepted: 50, rejected: 0, unknown: 0, unsent: 0 })
    const tokens = new Set(simulator.received().map(({ headers }) => headers['authorization']))
    expect(tokens.size).toBe(2)
  })

  test('of a key that Apple does not know: rejected with Apple’s word', async () => {
    const { simulator } = await startScene()
    const client = clientFor(simulator, { key: anyKey })
    await expect(client.send(push)).resolves.toMatchObject({
      kind: 'rejected',
      status: 403,
      reason: 'InvalidProviderToken',
    })
  })
})

describe('what is wrong with a credential is said before a connection is made', () => {
  test('passphrases', async () => {
    const { simulator } = await startScene()
    const { certificate, privateKey } = simulator.issueCertificate({ topic, passphrase: 'open sesame' })
    const withPassphrase = (passphrase?: string) => () =>
      clientFor(simulator, {
        certificate: { certificate, privateKey, ...(passphrase !== undefined && { passphrase }) },
      })
    const wrong = { code: 'PUSH_ERR_APNS_PASSPHRASE_WRONG', field: 'passphrase' }
    expect(withPassphrase('wrong secret')).toThrow(expect.objectContaining(wrong))
    expect(withPassphrase('wrong secret')).not.toThrow(/wrong secret/)
    expect(withPassphrase()).toThrow(expect.objectContaining(wrong))
  })

  test('a certificate that has expired', async () => {
    const { simulator } = await startScene()
    const certificate = simulator.issueCertificate({ topic, expired: true })
    expect(() => clientFor(simulator, { certificate })).toThrow(
      expect.objectContaining({ code: 'PUSH_ERR_APNS_CERTIFICATE_EXPIRED', field: 'certificate' }),
    )
  })

  test('a certificate and a key that do not belong together, and what is none of both', async () => {
    const { simulator } = await startScene()
    const one = simulator.issueCertificate({ topic })
    const other = simulator.issueCertificate({ topic })
    const refused = (field: string) =>
      expect.objectContaining({ code: 'PUSH_ERR_APNS_CREDENTIAL_INVALID', field })
    const make = (certificate: { certificate: string; privateKey?: string }) => () =>
      clientFor(simulator, { certificate })
    expect(make({ ...one, privateKey: other.privateKey })).toThrow(refused('certificate.privateKey'))
    expect(make({ ...one, privateKey: 'no PEM' })).toThrow(refused('certificate.privateKey'))
    expect(make({ certificate: one.certificate })).toThrow(refused('certificate.privateKey'))
    expect(make({ ...one, certificate: 'no PEM' })).toThrow(refused('certificate.certificate'))
    expect(() => createPrivateKey(one.privateKey)).not.toThrow()
  })
})

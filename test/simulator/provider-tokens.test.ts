import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { providerToken, senderForTest, simulatorForTest } from './http2-sender.js'

const hour = 3600
const nowSeconds = 1_800_000_000
const clock = { now: () => nowSeconds * 1000 }

test.each(['ieee-p1363', 'der'] as const)('a signature in the encoding %s is good', async (encoding) => {
  const simulator = await simulatorForTest()
  const jwt = providerToken(simulator.key, { encoding })
  const sender = await senderForTest(simulator, { authorization: `bearer ${jwt}` })
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test('the signature is checked once, not once a push or a connection', async () => {
  const simulator = await simulatorForTest()
  const authorization = `bearer ${providerToken(simulator.key)}`
  for (const sender of [
    await senderForTest(simulator, { authorization }),
    await senderForTest(simulator, { authorization }),
  ])
    for (let count = 0; count < 3; count++) await sender.push()
  expect(simulator.stats()).toMatchObject({ accepted: 6, tokenVerifications: 1 })
})

test.each([undefined, 'bearer', 'bearer ', 'Basic YTpi', ''])(
  'authorization %j is none',
  async (authorization) => {
    const sender = await senderForTest(await simulatorForTest(), { authorization })
    expect(await sender.push()).toMatchObject({ status: 403, reason: 'MissingProviderToken' })
  },
)

test('the word bearer is not case-sensitive', async () => {
  const simulator = await simulatorForTest()
  const sender = await senderForTest(simulator, { authorization: `Bearer ${providerToken(simulator.key)}` })
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test.each([
  ['another algorithm', { header: { alg: 'HS256' } }],
  ['no algorithm', { header: { alg: undefined } }],
  ['a key that is not known', { header: { kid: 'UNKNOWN123' } }],
  ['no key id', { header: { kid: undefined } }],
  ['another team', { claims: { iss: 'OTHERTEAM1' } }],
  ['no team', { claims: { iss: undefined } }],
  ['no time', { claims: { iat: undefined } }],
  ['a time that is no number', { claims: { iat: 'now' } }],
])('%s is invalid', async (_name, change) => {
  const simulator = await simulatorForTest()
  const sender = await senderForTest(simulator, {
    authorization: `bearer ${providerToken(simulator.key, change)}`,
  })
  expect(await sender.push()).toMatchObject({ status: 403, reason: 'InvalidProviderToken' })
})

test.each([
  ['one part', () => 'abc'],
  ['two parts', (good: string) => good.split('.').slice(0, 2).join('.')],
  ['four parts', (good: string) => `${good}.x`],
  ['no JSON', (good: string) => `YWJj.${good.split('.').slice(1).join('.')}`],
  ['a list as claims', (good: string) => good.replace(/\.[^.]+\./, '.W10.')],
  ['a changed signature', (good: string) => good.replace(/.{4}$/, 'AAAA')],
  ['an empty signature', (good: string) => good.replace(/[^.]+$/, '')],
])('a token with %s is invalid', async (_name, change) => {
  const simulator = await simulatorForTest()
  const sender = await senderForTest(simulator, {
    authorization: `bearer ${change(providerToken(simulator.key))}`,
  })
  expect(await sender.push()).toMatchObject({ status: 403, reason: 'InvalidProviderToken' })
})

test('a signature of another key is invalid', async () => {
  const simulator = await simulatorForTest()
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const p8 = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const sender = await senderForTest(simulator, {
    authorization: `bearer ${providerToken({ ...simulator.key, p8 })}`,
  })
  expect(await sender.push()).toMatchObject({ status: 403, reason: 'InvalidProviderToken' })
})

test.each([
  [nowSeconds, undefined],
  [String(nowSeconds), undefined],
  [nowSeconds - hour, undefined],
  [nowSeconds - hour - 1, 'ExpiredProviderToken'],
  [nowSeconds + hour, undefined],
  [nowSeconds + hour + 1, 'ExpiredProviderToken'],
  [nowSeconds * 1000, 'ExpiredProviderToken'],
])('"within one hour of now": iat %j', async (iat, reason) => {
  const simulator = await simulatorForTest({ clock })
  const sender = await senderForTest(simulator, {
    authorization: `bearer ${providerToken(simulator.key, { claims: { iat } })}`,
  })
  expect(await sender.push()).toMatchObject({ status: reason === undefined ? 200 : 403, reason })
})

test('a token that was good grows old on its connection, and a new one replaces it at once', async () => {
  let now = nowSeconds * 1000
  const simulator = await simulatorForTest({ clock: { now: () => now }, providerTokenMaxAgeMs: 5000 })
  const jwt = () => `bearer ${providerToken(simulator.key, { claims: { iat: Math.floor(now / 1000) } })}`
  const authorization = jwt()
  const sender = await senderForTest(simulator, { authorization })
  now += 5000
  expect(await sender.push()).toMatchObject({ status: 200 })
  now += 1
  expect(await sender.push()).toMatchObject({ reason: 'ExpiredProviderToken' })
  expect(await sender.push({ headers: { authorization: jwt() } })).toMatchObject({ status: 200 })
})

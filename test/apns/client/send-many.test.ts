import { describe, expect, test } from 'vitest'
import type { TokenSource } from '../../../src/apns/index.js'
import { tokenOf, tokensOf } from './device-tokens.js'
import { type PeerRequest, startRawPeer } from './raw-peer.js'
import { startScene } from './simulator-scene.js'
import { collect, counts, indexes, total } from './sums.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
const count = 1000
const tokens = tokensOf(count)

function* oneByOne(list: readonly string[]) {
  yield* list
}
function* inPages(list: readonly string[], size: number) {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size)
}
async function* slowly<T>(items: Iterable<T>) {
  for (const item of items) {
    await new Promise((later) => setImmediate(later))
    yield item
  }
}
const asPages = (pages: Iterable<string[]>) => Array.from(pages, (page) => ({ tokens: page }))

const sources: readonly (readonly [name: string, source: () => TokenSource])[] = [
  ['an array', () => tokens],
  ['a Set', () => new Set(tokens)],
  ['arrays as pages, an empty one among them', () => [[], ...inPages(tokens, 300), []]],
  ['pages', () => asPages(inPages(tokens, 64))],
  ['a generator', () => oneByOne(tokens)],
  ['a generator of pages', () => inPages(tokens, 7)],
  ['an asynchronous generator', () => slowly(tokens)],
  ['an asynchronous generator of pages', () => slowly(asPages(inPages(tokens, 128)))],
]

describe.each(sources)('from %s', (_name, source) => {
  test('sums and indexes are right, and the last word is that all is settled', async () => {
    const { client, simulator } = await startScene({ receivedLimit: 0 })
    simulator.unregister(tokenOf(0), 1_700_000_000_000)
    simulator.markBad([tokenOf(63), tokenOf(64), tokenOf(999)])
    simulator.markSlow(tokenOf(1), 100)
    const sum = await collect(client.sendMany(message, source()))
    expect(counts(sum)).toEqual({ accepted: count - 4, rejected: 4, unknown: 0, unsent: 0 })
    expect(indexes(sum.rejected)).toEqual([0, 63, 64, 999])
    for (const { token, index } of sum.rejected) expect(token).toBe(tokenOf(index))
    expect(sum.rejected.find(({ index }) => index === 0)).toMatchObject({
      status: 410,
      timestamp: 1_700_000_000_000,
    })
    expect(sum.settled).toBe(count)
    expect(simulator.stats()).toMatchObject({ received: count, accepted: count - 4 })
  })
})

test('settled stays behind a slow answer, and never goes back', async () => {
  let slow: PeerRequest | undefined
  const peer = await startRawPeer((connection) => {
    connection.settings()
    connection.onRequest = (request) => {
      if (request.token === tokenOf(200)) slow = request
      else connection.accept(request.streamId)
    }
  })
  const seen: number[] = []
  const done: number[] = []
  let settledBefore200 = 0
  for await (const batch of peer.client().sendMany(message, tokens)) {
    seen.push(batch.settled)
    done.push((done.at(-1) ?? 0) + total(batch))
    if (done.at(-1)! < count) settledBefore200 = batch.settled
    if (done.at(-1) === count - 1) slow!.connection.accept(slow!.streamId)
  }
  expect(seen).toEqual([...seen].sort((a, b) => a - b))
  for (const [n, settled] of seen.entries()) expect(settled).toBeLessThanOrEqual(done[n]!)
  expect(settledBefore200).toBeGreaterThan(100)
  expect(settledBefore200).toBeLessThanOrEqual(200)
  expect(seen.at(-1)).toBe(count)
})

test.each([
  ['an empty array', []],
  ['empty pages', [[], { tokens: [] }]],
  ['an empty generator', oneByOne([])],
])('%s is no work', async (_name, source) => {
  const { client } = await startScene()
  const sum = await collect(client.sendMany(message, source))
  expect([total(sum), sum.settled]).toEqual([0, 0])
})

test('the prefix and the numbers of the page make the apns-ids, accepted or not', async () => {
  const { client, simulator } = await startScene()
  simulator.markBad(tokenOf(3))
  const numbers = [0, 1, 0xabcdef, 2 ** 48 - 1, 2 ** 24]
  const pages = [
    { tokens: tokensOf(5).slice(0, 2), numbers: numbers.slice(0, 2) },
    { tokens: tokensOf(5).slice(2), numbers: numbers.slice(2) },
  ]
  const sum = await collect(client.sendMany(message, pages, { apnsIdPrefix: 'f81d4fae-7dec-41d0-a765' }))
  expect(simulator.received().map(({ token, headers }) => [token, headers['apns-id']])).toEqual([
    [tokenOf(0), 'f81d4fae-7dec-41d0-a765-000000000000'],
    [tokenOf(1), 'f81d4fae-7dec-41d0-a765-000000000001'],
    [tokenOf(2), 'f81d4fae-7dec-41d0-a765-000000abcdef'],
    [tokenOf(3), 'f81d4fae-7dec-41d0-a765-ffffffffffff'],
    [tokenOf(4), 'f81d4fae-7dec-41d0-a765-000001000000'],
  ])
  expect(sum.rejected).toMatchObject([{ index: 3, apnsId: 'f81d4fae-7dec-41d0-a765-ffffffffffff' }])
})

test('tokens of many lengths, in either case, with the same message', async () => {
  const { client, simulator } = await startScene()
  const mixed = Array.from({ length: 200 }, (_, n) => 'Ab'.repeat((n % 7) * 10 + 32))
  const sum = await collect(client.sendMany(message, mixed))
  expect(counts(sum)).toEqual({ accepted: 200, rejected: 0, unknown: 0, unsent: 0 })
  expect(simulator.received().map(({ token }) => token)).toEqual(mixed.map((token) => token.toLowerCase()))
})

test('what is no token ends as unsent, with its index, and the others are sent', async () => {
  const { client, simulator } = await startScene()
  const input = [
    tokenOf(0),
    'xyz',
    tokenOf(2),
    '',
    'abc',
    5 as unknown as string,
    tokenOf(6),
    'ab'.repeat(257),
  ]
  const sum = await collect(client.sendMany(message, [input]))
  expect(counts(sum)).toEqual({ accepted: 3, rejected: 0, unknown: 0, unsent: 5 })
  expect(indexes(sum.unsent)).toEqual([1, 3, 4, 5, 7])
  expect(sum.unsent.map(({ cause }) => cause.code)).toEqual(Array(5).fill('PUSH_ERR_DEVICE_TOKEN_INVALID'))
  expect(sum.unsent[0]).toMatchObject({ token: 'xyz', index: 1 })
  expect(sum.settled).toBe(8)
  expect(simulator.stats().received).toBe(3)
})

test('nothing but bad tokens: thousands of them end as unsent without a request', async () => {
  const { client, simulator } = await startScene()
  const sum = await collect(client.sendMany(message, Array<string>(10_000).fill('nonsense')))
  expect(counts(sum)).toEqual({ accepted: 0, rejected: 0, unknown: 0, unsent: 10_000 })
  expect(sum.settled).toBe(10_000)
  expect(simulator.stats().received).toBe(0)
})

describe('misuse', () => {
  test.each([
    ['a text', tokenOf(1)],
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['an object that is not iterable', {}],
  ])('%s for tokens', async (_name, source) => {
    const { client } = await startScene()
    expect(() => client.sendMany(message, source as unknown as string[])).toThrow(
      expect.objectContaining({ code: 'PUSH_ERR_INPUT_INVALID', field: 'tokens' }),
    )
  })

  test.each([
    ['a number among the tokens', [tokenOf(0), 5]],
    ['null among the tokens', [tokenOf(0), null]],
    ['a page without tokens', [tokenOf(0), { token: tokenOf(1) }]],
  ])('%s: thrown after the outcomes of what was before it', async (_name, source) => {
    const { client } = await startScene()
    const batches = client.sendMany(message, source as unknown as string[])
    let accepted = 0
    const reading = (async () => {
      for await (const batch of batches) accepted += batch.accepted
    })()
    await expect(reading).rejects.toMatchObject({ code: 'PUSH_ERR_INPUT_INVALID' })
    expect(accepted).toBe(1)
  })

  test.each([
    ['without numbers', { tokens: tokensOf(2) }],
    ['with too few numbers', { tokens: tokensOf(2), numbers: [1] }],
  ])('a prefix for ids, and a page %s', async (_name, page) => {
    const { client, simulator } = await startScene()
    const batches = client.sendMany(message, [page], { apnsIdPrefix: 'f81d4fae-7dec-41d0-a765' })
    await expect(collect(batches)).rejects.toMatchObject({ code: 'PUSH_ERR_INPUT_INVALID' })
    expect(simulator.stats().received).toBe(0)
  })
})

test('a consumer that takes its time gets everything, and tokens are taken at its pace', async () => {
  const { client, simulator } = await startScene()
  let taken = 0
  function* bad() {
    for (; taken < 20_000; taken++) yield 'nonsense'
  }
  const batches = client.sendMany(message, bad())
  let sum = total((await batches.next()).value!)
  await new Promise((later) => setTimeout(later, 60))
  expect(taken).toBeLessThan(10_000)
  for await (const batch of batches) sum += total(batch)
  expect(sum).toBe(20_000)
  expect(simulator.stats().received).toBe(0)
})

test('a single push does not wait for a campaign', async () => {
  const { client, simulator } = await startScene()
  const campaign = collect(client.sendMany(message, tokensOf(5_000)))
  await expect.poll(() => simulator.stats().received).toBeGreaterThan(10)
  const outcome = await client.send({ ...message, token: 'ff'.repeat(32) })
  expect(outcome.kind).toBe('accepted')
  expect(simulator.stats().received).toBeLessThan(5_001)
  expect(counts(await campaign)).toEqual({ accepted: 5_000, rejected: 0, unknown: 0, unsent: 0 })
})

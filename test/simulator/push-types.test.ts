import { expect, test } from 'vitest'
import { pair, senderForTest, tlsOf, topic } from './http2-sender.js'

/** Apple's table, written down once more: push type, topic suffix, largest body. */
const table: [type: string, suffix: string, limit: number][] = [
  ['alert', '', 4096],
  ['background', '', 4096],
  ['voip', '.voip', 5120],
  ['complication', '.complication', 4096],
  ['fileprovider', '.pushkit.fileprovider', 4096],
  ['location', '.location-query', 4096],
  ['liveactivity', '.push-type.liveactivity', 4096],
  ['pushtotalk', '.voip-ptt', 4096],
  ['widgets', '.push-type.widgets', 4096],
  ['controls', '.push-type.controls', 4096],
]

const bodyOf = (bytes: number) => JSON.stringify({ aps: {}, x: 'x'.repeat(bytes - 17) })

test.each(table)('%s with suffix "%s" takes exactly %i bytes and no more', async (type, suffix, limit) => {
  const { sender } = await pair()
  const headers = { 'apns-push-type': type, 'apns-topic': topic + suffix }
  expect(bodyOf(limit)).toHaveLength(limit)
  expect(await sender.push({ headers, body: bodyOf(limit) })).toMatchObject({ status: 200 })
  const reply = await sender.push({ headers, body: bodyOf(limit + 1) })
  expect(reply).toMatchObject({ status: 413, reason: 'PayloadTooLarge' })
})

test.each(table.filter(([, suffix]) => suffix !== ''))(
  '%s needs %s behind the bundle id',
  async (type, suffix) => {
    const { sender } = await pair()
    const reasonFor = async (name: string) => {
      const { reason } = await sender.push({ headers: { 'apns-push-type': type, 'apns-topic': name } })
      return reason
    }
    expect(await reasonFor(topic)).toBe('BadTopic')
    expect(await reasonFor(suffix)).toBe('BadTopic')
    expect(await reasonFor(`a${suffix}`)).toBeUndefined()
  },
)

test('mdm: with a certificate only', async () => {
  const mdmTopic = 'com.apple.mgmt.External.1'
  const headers = { 'apns-push-type': 'mdm', 'apns-topic': mdmTopic }
  const { simulator, sender } = await pair()
  expect(await sender.push({ headers })).toMatchObject({ status: 400, reason: 'TopicDisallowed' })
  const certificate = simulator.issueCertificate({ topic: mdmTopic, topics: [] })
  const withCertificate = await senderForTest(simulator, {
    authorization: undefined,
    tls: tlsOf(certificate),
  })
  expect(await withCertificate.push({ headers, body: '{"mdm":"magic"}' })).toMatchObject({ status: 200 })
})

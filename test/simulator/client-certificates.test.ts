import { X509Certificate } from 'node:crypto'
import { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import type { ClientCertificateOptions } from '../../src/simulator/index.js'
import { senderForTest, simulatorForTest, tlsOf, topic } from './http2-sender.js'

async function senderWith(options: ClientCertificateOptions) {
  const simulator = await simulatorForTest()
  const issued = simulator.issueCertificate(options)
  return senderForTest(simulator, { authorization: undefined, tls: tlsOf(issued) })
}

const push = async (
  sender: Awaited<ReturnType<typeof senderWith>>,
  name: string | undefined,
  type = 'alert',
) => {
  const { status, reason } = await sender.push({ headers: { 'apns-topic': name, 'apns-push-type': type } })
  return reason ?? status
}

test('a certificate covers its topic, and by default those for VoIP and complications', async () => {
  const sender = await senderWith({ topic })
  expect(await push(sender, topic)).toBe(200)
  expect(await push(sender, `${topic}.voip`, 'voip')).toBe(200)
  expect(await push(sender, `${topic}.complication`, 'complication')).toBe(200)
  expect(await push(sender, `${topic}.push-type.widgets`, 'widgets')).toBe('TopicDisallowed')
  expect(await push(sender, 'com.example.other')).toBe('TopicDisallowed')
  expect(await push(sender, undefined)).toBe('MissingTopic')
})

test('"the topic may be left out only with a single-topic certificate"', async () => {
  const sender = await senderWith({ topic, topics: [] })
  expect(await push(sender, undefined)).toBe(200)
  expect(await push(sender, `${topic}.voip`, 'voip')).toBe('TopicDisallowed')
})

test('topics of the extension count, also when there are many', async () => {
  const topics = Array.from({ length: 40 }, (_, index) => `com.example.app-number-${index}`)
  const sender = await senderWith({ topic, topics })
  expect(await push(sender, topics[39])).toBe(200)
  expect(await push(sender, topic)).toBe(200)
})

test('authorization counts for nothing beside a certificate', async () => {
  const sender = await senderWith({ topic })
  const { status } = await sender.push({ headers: { authorization: 'bearer rubbish' } })
  expect(status).toBe(200)
})

test.each([
  [['sandbox'] as const, 200],
  [['sandbox', 'production'] as const, 200],
  [['production'] as const, 'BadCertificateEnvironment'],
  [[] as const, 'BadCertificateEnvironment'],
])('the simulator stands for the sandbox: certificate for %j', async (environments, result) => {
  expect(await push(await senderWith({ topic, environments }), topic)).toBe(result)
})

test('an expired certificate is bad', async () => {
  expect(await push(await senderWith({ topic, expired: true }), topic)).toBe('BadCertificate')
})

test('a certificate of another authority is bad', async () => {
  const [simulator, stranger] = [await simulatorForTest(), await simulatorForTest()]
  const tls = tlsOf(stranger.issueCertificate({ topic }))
  expect(await push(await senderForTest(simulator, { authorization: undefined, tls }), topic)).toBe(
    'BadCertificate',
  )
})

test('an encrypted key opens with its passphrase', async () => {
  const simulator = await simulatorForTest()
  const issued = simulator.issueCertificate({ topic, passphrase: 'secret' })
  expect(issued.privateKey).toContain('BEGIN ENCRYPTED PRIVATE KEY')
  const sender = await senderForTest(simulator, { authorization: undefined, tls: tlsOf(issued) })
  expect(await push(sender, topic)).toBe(200)
})

test('a resumed TLS session still has its certificate', async () => {
  const simulator = await simulatorForTest()
  const tls = tlsOf(simulator.issueCertificate({ topic }))
  const first = await senderForTest(simulator, { authorization: undefined, tls })
  expect(await push(first, topic)).toBe(200)
  const session = first.session.socket instanceof TLSSocket ? first.session.socket.getSession() : undefined
  if (session === undefined) throw new Error('no TLS session')
  const second = await senderForTest(simulator, { authorization: undefined, tls: { ...tls, session } })
  expect(await push(second, topic)).toBe(200)
})

test('certificates look like Apple’s', async () => {
  const simulator = await simulatorForTest()
  const { certificate } = simulator.issueCertificate({ topic })
  const x509 = new X509Certificate(certificate)
  expect(x509.subject.split('\n')).toEqual([
    `UID=${topic}`,
    `CN=Apple Push Services: ${topic}`,
    'OU=SIMULATION',
  ])
  const ca = new X509Certificate(simulator.ca)
  expect(x509.checkIssued(ca)).toBe(true)
  expect(x509.verify(ca.publicKey)).toBe(true)
  expect(x509.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
})

test('a topic is needed', async () => {
  const simulator = await simulatorForTest()
  expect(() => simulator.issueCertificate({ topic: '' })).toThrow('topic: "" is not')
})

import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:http2'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { signCertificate } from '../../src/simulator/certificates/certificate.js'
import { startSimulator } from '../../src/simulator/index.js'
import { afterTest, senderForTest, simulatorForTest } from './http2-sender.js'

const names = ['ca.pem', 'ca-key.pem', 'server.pem', 'server-key.pem', 'key.p8']

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'simulator-test-'))
  afterTest(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

const contents = (dir: string) =>
  Object.fromEntries(names.map((name) => [name, readFileSync(join(dir, name), 'utf8')]))

/** Starts once so that the folder is filled. */
async function filled(options = {}): Promise<string> {
  const dir = join(folder(), 'new', 'folder')
  await (await startSimulator({ dir, ...options })).close()
  return dir
}

test('a folder is made, filled, and used again', async () => {
  const dir = await filled()
  const before = contents(dir)
  const simulator = await simulatorForTest({ dir })
  expect(contents(dir)).toEqual(before)
  expect(simulator.ca).toBe(before['ca.pem'])
  expect(simulator.caFile).toBe(join(dir, 'ca.pem'))
  expect(simulator.key).toEqual({ p8: before['key.p8'], keyId: 'SIMULATED1', teamId: 'SIMULATION' })
  expect(simulator.keyFile).toBe(join(dir, 'key.p8'))
  expect(await (await senderForTest(simulator)).push()).toMatchObject({ status: 200 })
})

test('keys can be read by their owner only', async () => {
  const dir = await filled()
  for (const name of ['ca-key.pem', 'server-key.pem', 'key.p8'])
    expect(statSync(join(dir, name)).mode & 0o777).toBe(0o600)
})

test.each(names)('a damaged %s is made anew, its contents kept beside it', async (name) => {
  const dir = await filled()
  const before = contents(dir)
  writeFileSync(join(dir, name), 'damaged')
  const simulator = await simulatorForTest({ dir })
  expect(readFileSync(join(dir, name), 'utf8')).not.toBe('damaged')
  expect(readFileSync(join(dir, `${name}.old`), 'utf8')).toBe('damaged')
  if (name !== 'key.p8') expect(readFileSync(join(dir, 'key.p8'), 'utf8')).toBe(before['key.p8'])
  if (name.startsWith('server')) expect(simulator.ca).toBe(before['ca.pem'])
  expect(await (await senderForTest(simulator)).push()).toMatchObject({ status: 200 })
})

test('a .p8 with another curve is made anew', async () => {
  const dir = await filled()
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  writeFileSync(join(dir, 'key.p8'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const simulator = await simulatorForTest({ dir })
  expect(createPrivateKey(simulator.key.p8).asymmetricKeyDetails?.namedCurve).toBe('prime256v1')
})

const day = 86_400_000

test.each([
  [8, false],
  [6, true],
  [-1, true],
])('a server certificate that ends in %i days: renewed %s', async (days, renewed) => {
  const dir = await filled({ certificateHosts: ['localhost'] })
  const before = contents(dir)
  const old = new X509Certificate(before['server.pem']!)
  const [subject, issuer] = [old.subject, old.issuer].map((name) => [['CN', name.slice(3)]] as const)
  const shorter = signCertificate(
    {
      subject: subject!,
      issuer: issuer!,
      publicKey: createPublicKey(createPrivateKey(before['server-key.pem']!)),
      notBefore: new Date(Date.now() - 2 * day),
      notAfter: new Date(Date.now() + days * day),
      // Subject alternative name: localhost.
      extensions: [{ id: '2.5.29.17', value: Buffer.from('300b82096c6f63616c686f7374', 'hex') }],
    },
    createPrivateKey(before['ca-key.pem']!),
  )
  writeFileSync(join(dir, 'server.pem'), shorter)
  await simulatorForTest({ dir, certificateHosts: ['localhost'] })
  expect(readFileSync(join(dir, 'server.pem'), 'utf8') !== shorter).toBe(renewed)
})

test('a certificate of a foreign authority is not taken for ours', async () => {
  const dir = await filled()
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const foreign = signCertificate(
    {
      subject: [['CN', 'somebody']],
      issuer: [['CN', 'somebody']],
      publicKey,
      notBefore: new Date(Date.now() - day),
      notAfter: new Date(Date.now() + 100 * day),
      extensions: [{ id: '2.5.29.19', critical: true, value: Buffer.from('30030101ff', 'hex') }],
    },
    privateKey,
  )
  writeFileSync(join(dir, 'ca.pem'), foreign)
  writeFileSync(join(dir, 'ca-key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const simulator = await simulatorForTest({ dir })
  expect(readFileSync(join(dir, 'ca.pem.old'), 'utf8')).toBe(foreign)
  expect(await (await senderForTest(simulator)).push()).toMatchObject({ status: 200 })
})

test('the certificate is for localhost and the loopback addresses', async () => {
  const dir = await filled()
  const x509 = new X509Certificate(readFileSync(join(dir, 'server.pem')))
  expect(x509.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1')
})

test('other host names can be had, to see a mismatch fail', async () => {
  const simulator = await simulatorForTest({ certificateHosts: ['push.example.com', '2001:db8::7'] })
  const x509 = new X509Certificate(readFileSync(join(simulator.dir, 'server.pem')))
  expect(x509.subjectAltName).toBe('DNS:push.example.com, IP Address:2001:DB8:0:0:0:0:0:7')
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => {
    connect(`https://127.0.0.1:${simulator.port}`, { ca: simulator.ca }).on('error', resolve)
  })
  expect(error.code).toBe('ERR_TLS_CERT_ALTNAME_INVALID')
  const sender = await senderForTest(simulator, { tls: { servername: 'push.example.com' } })
  expect(await sender.push()).toMatchObject({ status: 200 })
})

test('other host names in the same folder renew the server certificate, not the authority', async () => {
  const dir = await filled()
  const before = contents(dir)
  const simulator = await simulatorForTest({ dir, certificateHosts: ['push.example.com'] })
  expect(simulator.ca).toBe(before['ca.pem'])
  expect(readFileSync(join(dir, 'server.pem'), 'utf8')).not.toBe(before['server.pem'])
})

test('whoever does not trust the authority cannot connect', async () => {
  const simulator = await simulatorForTest()
  const error = await new Promise<NodeJS.ErrnoException>((resolve) => {
    connect(`https://127.0.0.1:${simulator.port}`).on('error', resolve)
  })
  expect(error.code).toBe('SELF_SIGNED_CERT_IN_CHAIN')
})

test('a temporary folder is removed at the end, a given one stays', async () => {
  const temporary = await startSimulator()
  expect(existsSync(temporary.caFile)).toBe(true)
  await temporary.close()
  expect(existsSync(temporary.dir)).toBe(false)
  expect(existsSync(await filled())).toBe(true)
})

test('a folder that cannot be is a clear error', async () => {
  const file = join(folder(), 'file')
  writeFileSync(file, '')
  await expect(startSimulator({ dir: join(file, 'below') })).rejects.toMatchObject({
    code: 'PUSH_ERR_INPUT_INVALID',
    field: 'dir',
    message: expect.stringContaining(join(file, 'below')),
  })
})

import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startSimulator } from '../../../src/simulator/index.js'
import { apple, elliptic, formsOf, newP8 } from '../../model/credentials.js'
import { startApi } from '../start-api.js'
import { startAccess } from './access-scene.js'

const path = '/services/inspect'

test('of nothing nothing is known, and nothing is wrong', async () => {
  const { v1 } = await startApi()
  const nothing = {
    ...{ connectsTo: null, hostNote: null, authentication: null, isKeyValid: null, certificate: null },
    problems: [],
  }
  expect(await v1('POST', path, {})).toMatchObject({ status: 200, json: nothing })
  const empty = { name: '', hostname: '', topic: '', ca: '', p12: {} }
  expect((await v1('POST', path, empty)).json).toEqual({ ...nothing, authentication: 'certificate' })
  expect((await v1('POST', path, { key: { p8: '' } })).json).toEqual({ ...nothing, authentication: 'key' })
})

test('closed hosts are mapped, other hosts are told from Apple’s', async () => {
  const { v1 } = await startApi()
  const found = async (hostname: string) => (await v1('POST', path, { hostname })).json
  expect(await found('gateway.sandbox.push.apple.com')).toMatchObject({
    connectsTo: 'api.sandbox.push.apple.com',
    hostNote: expect.stringMatching(/closed gateway.*2021.*api\.sandbox/),
    problems: [],
  })
  expect(await found('API.push.apple.com')).toMatchObject({
    connectsTo: 'api.push.apple.com',
    hostNote: null,
  })
  expect(await found('push.example')).toMatchObject({
    connectsTo: 'push.example',
    hostNote: expect.stringContaining('not Apple'),
  })
  expect(await found('https://api.push.apple.com')).toMatchObject({
    connectsTo: null,
    hostNote: null,
    problems: [{ code: 'PUSH_ERR_INPUT_INVALID', field: 'hostname', isRefused: true }],
  })
})

test('a key is told from other keys, and every fault is listed', async () => {
  const { v1 } = await startApi()
  const good = { p8: newP8(), keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' }
  expect((await v1('POST', path, { key: good })).json).toMatchObject({
    authentication: 'key',
    isKeyValid: true,
    problems: [],
  })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const p8 = privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
  const bad = await v1('POST', path, {
    topic: 'a b',
    port: 0,
    key: { p8, keyId: 'abc', teamId: 'x'.repeat(20) },
  })
  expect(bad.json).toMatchObject({ isKeyValid: false })
  expect(bad.json.problems.map((problem: { field: string }) => problem.field)).toEqual([
    ...['port', 'topic', 'p8', 'keyId', 'teamId'],
  ])
  expect(bad.text).not.toContain(p8.split('\n')[1]!)
})

test('a certificate says what it is for; what does not fit is listed', async () => {
  const { v1 } = await startApi()
  const { json } = await v1('POST', path, { certificate: apple })
  expect(json).toMatchObject({ authentication: 'certificate', problems: [] })
  expect(json.certificate.topics).toContain('com.example.app')
  expect((await v1('POST', path, { certificate: { certificate: apple.certificate } })).json).toMatchObject({
    problems: [{ code: 'PUSH_ERR_APNS_CREDENTIAL_INVALID', field: 'privateKey' }],
  })
  const mixed = { certificate: apple.certificate, privateKey: elliptic.privateKey }
  expect((await v1('POST', path, { topic: 'com.example.other', certificate: mixed })).json).toMatchObject({
    certificate: json.certificate,
    problems: [
      { code: 'PUSH_ERR_APNS_CREDENTIAL_INVALID', field: 'privateKey', isRefused: true },
      { field: 'topic', isRefused: false },
    ],
  })
  const encrypted = formsOf(apple.privateKey, 'right').encrypted[0]!
  const opened = async (passphrase?: string) => {
    const certificate = { ...apple, privateKey: encrypted, ...(passphrase !== undefined && { passphrase }) }
    return await v1('POST', path, { certificate })
  }
  expect((await opened('right')).json.problems).toEqual([])
  expect((await opened()).json.problems).toMatchObject([{ field: 'passphrase' }])
  const wrong = await opened('oh dear')
  expect(wrong.json.problems).toMatchObject([{ code: 'PUSH_ERR_APNS_PASSPHRASE_WRONG', field: 'passphrase' }])
  expect(wrong.text).not.toContain('oh dear')
})

test('the private key may stand in the certificate’s file', async () => {
  const { v1 } = await startApi()
  const problems = async (certificate: object) => (await v1('POST', path, { certificate })).json.problems
  const together = `${apple.certificate}${apple.privateKey}`
  expect(await problems({ certificate: together })).toEqual([])
  expect(await problems({ certificate: together, privateKey: '' })).toEqual([])
  expect(await problems({ certificate: `${apple.certificate}${elliptic.privateKey}` })).toMatchObject([
    { code: 'PUSH_ERR_APNS_CREDENTIAL_INVALID', field: 'privateKey' },
  ])
  const encrypted = `${formsOf(apple.privateKey, 'right').encrypted[0]}${apple.certificate}`
  expect(await problems({ certificate: encrypted })).toMatchObject([{ field: 'passphrase' }])
  expect(await problems({ certificate: encrypted, passphrase: 'right' })).toEqual([])
})

test('an expired certificate is known to be expired, and still shown', async () => {
  const { v1, clock } = await startApi()
  const { json } = await v1('POST', path, { certificate: apple })
  clock.time = Date.parse(json.certificate.expiresAt) + 1
  expect((await v1('POST', path, { certificate: apple })).json).toMatchObject({
    certificate: json.certificate,
    problems: [{ code: 'PUSH_ERR_APNS_CERTIFICATE_EXPIRED', field: 'certificate' }],
  })
})

test('a certificate of the other environment does not fit the host', async () => {
  const simulator = await startSimulator()
  const certificate = simulator.issueCertificate({ topic: 'com.example.app', environments: ['sandbox'] })
  await simulator.close()
  const { v1 } = await startApi()
  const problems = async (hostname: string) =>
    (await v1('POST', path, { hostname, certificate })).json.problems
  expect(await problems('api.sandbox.push.apple.com')).toEqual([])
  expect(await problems('gateway.push.apple.com')).toMatchObject([{ field: 'hostname', isRefused: false }])
  expect(await problems('push.example')).toEqual([])
})

test('a .p12 file is opened', async () => {
  const { v1 } = await startApi()
  const file = readFileSync('test/store/fixtures/keychain-rc2.p12').toString('base64')
  const right = await v1('POST', path, { p12: { file, passphrase: 'secret' } })
  expect(right.json).toMatchObject({ certificate: { name: expect.any(String) }, problems: [] })
  expect((await v1('POST', path, { p12: { file } })).json).toMatchObject({
    certificate: null,
    problems: [{ code: 'PUSH_ERR_APNS_PASSPHRASE_WRONG', field: 'passphrase' }],
  })
  expect((await v1('POST', path, { p12: { file: 'AAAA' } })).json.problems).toMatchObject([{ field: 'p12' }])
  expect((await v1('POST', path, { key: {}, p12: { file } })).json.problems).toMatchObject([
    { field: 'key', message: expect.stringContaining('exactly one') },
  ])
})

test('the service that is to be changed stands in for what is not given', async () => {
  const { v1, serviceId } = await startApi()
  const made = await v1('POST', '/services', {
    ...{ name: 'own', hostname: 'api.push.apple.com', topic: 'com.example.app', certificate: apple },
  })
  expect(made.json.certificateInfo).toMatchObject({ topics: expect.arrayContaining(['com.example.app']) })
  expect((await v1('GET', `/services/${serviceId}`)).json.certificateInfo).toBe(null)
  const { id: service, certificateInfo } = made.json
  expect((await v1('POST', path, { service, name: 'own' })).json).toMatchObject({
    connectsTo: 'api.push.apple.com',
    certificate: certificateInfo,
    problems: [],
  })
  expect((await v1('POST', path, { service, topic: 'com.example.other' })).json.problems).toMatchObject([
    { field: 'topic' },
  ])
  const taken = { code: 'PUSH_ERR_SERVICE_EXISTS', field: 'name', isRefused: true }
  expect(
    (await v1('POST', path, { name: 'own', hostname: 'API.push.apple.com' })).json.problems,
  ).toMatchObject([taken])
  expect(
    (await v1('POST', path, { service, name: 'sandbox', hostname: 'gateway.sandbox.push.apple.com' })).json,
  ).toMatchObject({ problems: [taken] })
  expect(await v1('POST', path, { service: 999 })).toMatchObject({ status: 404 })
})

test('it takes the scope services, writes nothing, and is not in the audit log', async () => {
  const { ask, bearer, store } = await startAccess()
  const before = await store.services.list()
  expect((await ask('POST', path, await bearer('push'), {})).status).toBe(403)
  expect((await ask('POST', path, await bearer('services'), { certificate: apple })).status).toBe(200)
  expect(await store.services.list()).toEqual(before)
  expect((await ask('GET', '/audit-log', await bearer('admin'))).json.items).toEqual([])
})

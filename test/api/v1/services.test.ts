import { readFileSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { startSimulator } from '../../../src/simulator/index.js'
import { apple, newP8 } from '../../model/credentials.js'
import { basic, createUser, startApi } from '../start-api.js'

const key = () => ({ p8: newP8(), keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' })
const example = { name: 'production', hostname: 'api.push.apple.com', topic: 'com.example.app' }

test('a service is made, read, changed and removed; its secrets never come out', async () => {
  const { v1, serviceId } = await startApi()
  const secret = key()
  const made = await v1('POST', '/services', { ...example, key: secret })
  expect(made).toMatchObject({
    status: 201,
    json: {
      ...example,
      connectsTo: 'api.push.apple.com',
      port: 443,
      keyId: 'ABC123DEFG',
      feedback: 'immediate',
    },
  })
  const path = `/services/${made.json.id}`
  expect(made.headers['location']).toBe(`/api/v1${path}`)
  expect((await v1('GET', path)).json).toEqual(made.json)
  const changed = await v1('PATCH', path, { maxPerSecond: 500, hostname: 'api.sandbox.push.apple.com' })
  expect(changed.json).toMatchObject({ maxPerSecond: 500, hostname: 'api.sandbox.push.apple.com', port: 443 })
  const certified = await v1('PATCH', path, { certificate: apple })
  expect(certified.json).toMatchObject({
    authentication: 'certificate',
    keyId: null,
    topic: 'com.example.app',
  })
  for (const answer of [made, changed, certified]) {
    expect(answer.text).not.toContain('PRIVATE KEY')
    expect(answer.text).not.toContain(secret.p8.split('\n')[1]!)
  }
  expect((await v1('GET', '/services?limit=1')).json).toMatchObject({
    items: [{ id: serviceId }],
    next: serviceId,
  })
  expect((await v1('GET', `/services?after=${serviceId}`)).json).toMatchObject({
    items: [certified.json],
    next: null,
  })
  expect(await v1('DELETE', path)).toMatchObject({ status: 204, text: '' })
  expect(await v1('GET', path)).toMatchObject({ status: 404, json: { code: 'PUSH_ERR_SERVICE_NOT_FOUND' } })
})

test('a private key in the certificate’s file is taken, and never comes out', async () => {
  const { v1, store } = await startApi()
  const certificate = `${apple.privateKey}${apple.certificate}`
  const made = await v1('POST', '/services', { ...example, certificate: { certificate } })
  expect(made).toMatchObject({ status: 201, json: { certificate: apple.certificate } })
  const { id } = made.json
  expect(await store.services.credential(id)).toEqual({ kind: 'certificate', certificate: { certificate } })
  const changed = await v1('PATCH', `/services/${id}`, { certificate: { certificate } })
  expect(changed).toMatchObject({ status: 200, json: { certificate: apple.certificate } })
  const missing = await v1('POST', '/services', {
    ...{ ...example, name: 'other', certificate: { certificate: apple.certificate } },
  })
  expect(missing).toMatchObject({
    status: 400,
    json: { code: 'PUSH_ERR_APNS_CREDENTIAL_INVALID', field: 'privateKey' },
  })
  const noText = await v1('POST', '/services', { ...example, certificate: { certificate: [certificate] } })
  expect(noText).toMatchObject({ status: 400, json: { field: 'certificate.certificate' } })
  for (const answer of [made, changed, missing, noText, await v1('GET', `/services/${id}`)])
    expect(answer.text).not.toContain('PRIVATE KEY')
})

test('a .p12 file is taken in base64; a wrong passphrase is said and not repeated', async () => {
  const { v1 } = await startApi()
  const file = readFileSync('test/store/fixtures/keychain-rc2.p12').toString('base64')
  const wrong = await v1('POST', '/services', { ...example, p12: { file, passphrase: 'oh dear' } })
  expect(wrong).toMatchObject({
    status: 400,
    json: { code: 'PUSH_ERR_APNS_PASSPHRASE_WRONG', field: 'passphrase' },
  })
  expect(wrong.text).not.toContain('oh dear')
  expect(await v1('POST', '/services', { ...example, p12: { file, passphrase: 'secret' } })).toMatchObject({
    status: 201,
    json: { authentication: 'certificate' },
  })
})

test('a name is taken once for a host', async () => {
  const { v1 } = await startApi()
  const first = await v1('POST', '/services', { ...example, key: key() })
  const second = await v1('POST', '/services', { ...example, name: 'other', key: key() })
  expect(await v1('POST', '/services', { ...example, key: key() })).toMatchObject({
    status: 409,
    json: { code: 'PUSH_ERR_SERVICE_EXISTS', field: 'name' },
  })
  expect(await v1('PATCH', `/services/${second.json.id}`, { name: 'production' })).toMatchObject({
    status: 409,
  })
  expect((await v1('GET', `/services/${first.json.id}`)).json).toEqual(first.json)
})

test('a service with devices is removed with cascade only', async () => {
  const { v1, register, serviceId } = await startApi()
  await register()
  expect(await v1('DELETE', `/services/${serviceId}`)).toMatchObject({
    status: 409,
    json: { code: 'PUSH_ERR_SERVICE_IN_USE', field: 'cascade' },
  })
  expect(await v1('DELETE', `/services/${serviceId}?cascade=true`)).toMatchObject({ status: 204 })
  expect((await v1('GET', '/services')).json).toEqual({ items: [], next: null })
})

test('others have their turn while a service is removed with all that hangs on it', async () => {
  const { v1, store, serviceId } = await startApi()
  const devices = Array.from({ length: 3000 }, (_, n) => ({ token: n.toString(16).padStart(8, '0') }))
  await store.devices.importMany(serviceId, devices, 1)
  const path = `/services/${serviceId}?cascade=true`
  expect(await v1('DELETE', path, undefined, { 'if-match': '"other"' })).toMatchObject({ status: 412 })
  expect(await store.devices.count({})).toBe(3000)
  const counts = new Set<number>()
  let isOver = false
  const removed = v1('DELETE', path).finally(() => {
    isOver = true
  })
  while (!isOver) {
    counts.add(await store.devices.count({}))
    await nextTurn()
  }
  expect(await removed).toMatchObject({ status: 204 })
  expect([...counts]).toEqual(expect.arrayContaining([2000, 1000]))
  expect(await v1('DELETE', path)).toMatchObject({
    status: 404,
    json: { code: 'PUSH_ERR_SERVICE_NOT_FOUND' },
  })
})

test('If-Match lets a change through only where nobody was quicker', async () => {
  const { v1, serviceId } = await startApi()
  const path = `/services/${serviceId}`
  const { headers } = await v1('GET', path)
  const match = { 'if-match': String(headers['etag']) }
  expect(await v1('PATCH', path, { feedback: 'deferred' }, match)).toMatchObject({ status: 200 })
  for (const [method, body] of [['PATCH', { feedback: 'immediate' }], ['DELETE']] as const)
    expect(await v1(method, path, body, match)).toMatchObject({
      status: 412,
      json: { code: 'PUSH_ERR_PRECONDITION_FAILED', field: 'If-Match' },
    })
  expect((await v1('GET', path)).json.feedback).toBe('deferred')
  expect(await v1('PATCH', path, { feedback: 'immediate' }, { 'if-match': '*' })).toMatchObject({
    status: 200,
  })
})

test('check connects with the credential, and says what it found', async () => {
  const simulator = await startSimulator()
  onTestFinished(() => simulator.close())
  const { v1 } = await startApi()
  const { hostname, port, ca } = simulator
  const certificate = simulator.issueCertificate({ topic: 'com.example.app' })
  const service = { ...example, hostname, port, ca }
  const good = await v1('POST', '/services', { ...service, certificate })
  expect((await v1('POST', `/services/${good.json.id}/check`)).json).toMatchObject({
    service: good.json.id,
    isUsable: true,
    certificate: { topics: expect.arrayContaining(['com.example.app']) },
  })
  const bad = await v1('POST', '/services', { ...service, name: 'nowhere', port: 1, key: simulator.key })
  expect(await v1('POST', `/services/${bad.json.id}/check`)).toMatchObject({
    status: 200,
    json: { isUsable: false, message: expect.stringContaining('127.0.0.1') },
  })
})

test('staff may, others may not, and nobody without credentials', async () => {
  const { v1, store } = await startApi()
  await createUser(store, 'staff', { isStaff: true })
  await createUser(store, 'user')
  expect(await v1('GET', '/services', undefined, basic('staff', 'open sesame'))).toMatchObject({
    status: 200,
  })
  expect(await v1('GET', '/services', undefined, basic('user', 'open sesame'))).toMatchObject({ status: 403 })
  expect(await v1('GET', '/services', undefined, { authorization: '' })).toMatchObject({
    status: 401,
    json: { code: 'PUSH_ERR_UNAUTHENTICATED' },
  })
  expect(await v1('GET', '/users/1/password', undefined, { authorization: '' })).toMatchObject({
    status: 405,
  })
})

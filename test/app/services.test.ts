import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { openAppScene } from './app-scene.js'

test('a service is made from a PKCS#12 file, as Keychain writes it', async () => {
  await using scene = await openAppScene()
  const file = readFileSync('test/store/fixtures/keychain-rc2.p12')
  const { services } = scene.app
  await expect(services.create({ ...scene.service, p12: { file, passphrase: 'no' } })).rejects.toMatchObject({
    code: 'PUSH_ERR_APNS_PASSPHRASE_WRONG',
    field: 'passphrase',
  })
  expect(await services.create({ ...scene.service, p12: { file, passphrase: 'secret' } })).toMatchObject({
    authentication: 'certificate',
    keyId: null,
    certificate: expect.not.stringContaining('PRIVATE KEY'),
  })
})

test('a service is replaced as a whole, and its next push goes by the new credential', async () => {
  await using scene = await openAppScene()
  const { app, simulator } = scene
  const { id } = await app.services.create({ ...scene.service, port: 1, key: simulator.key })
  const key = simulator.issueKey({ keyId: 'ABCDE12345' })
  expect(await app.services.update(id, { ...scene.service, key })).toMatchObject({
    id,
    port: simulator.port,
    keyId: 'ABCDE12345',
  })
  await app.devices.register({ token: 'ab'.repeat(32), service: id })
  expect(await app.push({ service: id, message: 'Hi' })).toMatchObject({ accepted: 1 })
  await expect(app.services.update(id + 1, { ...scene.service, key })).rejects.toMatchObject({
    code: 'PUSH_ERR_SERVICE_NOT_FOUND',
  })
})

test('exactly one credential is needed', async () => {
  await using scene = await openAppScene()
  const { key } = scene.simulator
  const certificate = scene.simulator.issueCertificate({ topic: 'com.example.app' })
  for (const credential of [{}, { key, certificate }])
    await expect(scene.app.services.create({ ...scene.service, ...credential })).rejects.toThrow(
      'exactly one of key, certificate and p12 is needed',
    )
  expect(await scene.app.services.list()).toEqual([])
})

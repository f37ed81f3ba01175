import { expect, test } from 'vitest'
import { openScene } from './scene.js'

test('a check of a service connects, says what it found, and sends to nobody', async () => {
  await using scene = await openScene()
  const { hostname, port } = scene.simulator
  const check = await scene.delivery.check(scene.service.id)
  expect(check).toMatchObject({ isUsable: true, isTokenValid: true, hostname, port, keyId: 'SIMULATED1' })
  expect(check.message).toContain(
    `connected to ${hostname}:${port}; key SIMULATED1 of team SIMULATION, taken`,
  )
  // The one push to a token that no device has.
  expect(scene.simulator.stats()).toMatchObject({ accepted: 0, connections: { total: 1 } })
})

test('a key that the server does not take, and a topic that it does not allow, are told with what to repair', async () => {
  await using scene = await openScene()
  const { key } = scene.simulator
  const update = (topic: string, keyId: string) =>
    scene.store.services.change(
      scene.service.id,
      () => ({ topic, credential: { kind: 'key', key: { ...key, keyId } } }),
      Date.now(),
    )
  await update('com.example.app', 'WRONG12345')
  expect(await scene.delivery.check(scene.service.id)).toMatchObject({
    isUsable: false,
    isTokenValid: false,
    message: expect.stringContaining('key id'),
  })
})

test('with a certificate it says what that is for and until when', async () => {
  await using issuer = await openScene()
  const { certificate, privateKey } = issuer.simulator.issueCertificate({ topic: 'com.example.app' })
  const { hostname, port, ca } = issuer.simulator
  const service = await issuer.store.services.create(
    {
      name: 'by certificate',
      hostname,
      port,
      ca,
      topic: 'com.example.app',
      credential: { kind: 'certificate', certificate: { certificate, privateKey } },
    },
    Date.now(),
  )
  const check = await issuer.delivery.check(service.id)
  expect(check).toMatchObject({ isUsable: true, keyId: null, certificate: { topics: expect.any(Array) } })
  expect(check.message).toMatch(/certificate for com\.example\.app[^;]*, valid until \d{4}-\d\d-\d\d/)
})

test('a server that is down is told, not thrown; a service that is not there is thrown', async () => {
  await using scene = await openScene()
  await scene.simulator.close()
  const check = await scene.delivery.check(scene.service.id)
  expect(check.isUsable).toBe(false)
  expect(check.message).toContain(`127.0.0.1:${scene.simulator.port}`)
  await expect(scene.delivery.check(99)).rejects.toMatchObject({ code: 'PUSH_ERR_SERVICE_NOT_FOUND' })
})

import { expect, test } from 'vitest'
import { openScene } from './scene.js'

test('a check of a service connects, says what it found, and sends to nobody', async () => {
  await using scene = await openScene()
  const { hostname, port } = scene.simulator
  const check = await scene.delivery.check(scene.service.id)
  expect(check).toMatchObject({ isUsable: true, hostname, port, keyId: 'SIMULATED1', certificate: null })
  expect(check.message).toContain(`connected to ${hostname}:${port}; key SIMULATED1 of team SIMULATION`)
  expect(scene.simulator.stats()).toMatchObject({ received: 0, connections: { total: 1 } })
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

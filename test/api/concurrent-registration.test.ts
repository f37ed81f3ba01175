import { expect, test } from 'vitest'
import { basic, createUser, formType, startApi, token } from './start-api.js'

test('registering the same device 50 times at once gives one row and one 201', async () => {
  const api = await startApi({ authentication: 'AuthBasic' })
  await createUser(api.store)
  const { url } = await api.server.listen({ host: '127.0.0.1', port: 0 })
  const answers = await Promise.all(
    Array.from({ length: 50 }, async () => {
      const response = await fetch(`${url}/ios-notifications/device/`, {
        method: 'POST',
        headers: { 'content-type': formType, ...basic('Aladdin', 'open sesame') },
        body: `token=${token}&service=${api.serviceId}&platform=iPhone`,
      })
      return { status: response.status, device: (await response.json()) as { pk: number } }
    }),
  )
  const statuses = answers.map(({ status }) => status).sort()
  expect(statuses).toEqual([...Array(49).fill(200), 201])
  expect(new Set(answers.map(({ device }) => device.pk)).size).toBe(1)
  expect(await api.store.devices.count({})).toBe(1)
})

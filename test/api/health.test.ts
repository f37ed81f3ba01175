import { expect, test } from 'vitest'
import { startApi } from './start-api.js'

test('200 while the database answers, 503 when it does not', async () => {
  const { server, store } = await startApi()
  const well = await server.app.inject('/healthz')
  expect([well.statusCode, well.json()]).toEqual([200, { status: 'ok' }])
  await store.close()
  const ill = await server.app.inject('/healthz')
  expect([ill.statusCode, ill.json()]).toEqual([503, { status: 'unavailable' }])
})

test('what goes wrong here is 500 and says nothing of it', async () => {
  const { call, store } = await startApi()
  await store.close()
  const answer = await call('GET', 'device/abcd/1/')
  expect(answer.status).toBe(500)
  expect(answer.json).toEqual({ error: 'The server failed to answer this request; its log says why.' })
})

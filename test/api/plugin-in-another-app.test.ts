import Fastify from 'fastify'
import { expect, test } from 'vitest'
import iosNotifications, { iosNotifications as byName } from '../../src/api/index.js'
import { formType, startStore, token } from './start-api.js'

async function startApp() {
  const { store, serviceId } = await startStore()
  const app = Fastify()
  app.addContentTypeParser(formType, { parseAs: 'string' }, (_request, body, done) =>
    done(null, { own: body }),
  )
  app.setErrorHandler((error, _request, reply) => reply.code(418).send({ own: (error as Error).message }))
  app.setNotFoundHandler((_request, reply) => reply.code(404).send({ own: 'not found' }))
  app.post('/own', async (request) => request.body)
  app.post('/own-fault', async () => {
    throw new Error('fault')
  })
  app.register(iosNotifications, { prefix: '/push', store, authentication: 'AuthNone' })
  const post = (url: string, payload: string, type = formType) =>
    app.inject({ method: 'POST', url, payload, headers: { 'content-type': type } })
  return { app, post, serviceId, store }
}

test('it works under any prefix, with its own parsers and errors', async () => {
  const { app, post, serviceId } = await startApp()
  expect((await post('/push/device/', `token=${token}&service=${serviceId}`)).statusCode).toBe(201)
  expect((await post('/push/device/', `token=${token}&service=${serviceId}`, 'nonsense')).statusCode).toBe(
    200,
  )
  expect((await post('/push/device/', '%ff')).json()).toEqual({
    error: expect.stringContaining('query string'),
  })
  expect((await app.inject(`/push/device/${token}/${serviceId}/`)).statusCode).toBe(200)
  expect((await app.inject({ method: 'DELETE', url: '/push/device/' })).headers['allow']).toBe('POST')
  await app.close()
})

test('a token that is longer than what Fastify takes as a parameter', async () => {
  const { app, post, serviceId } = await startApp()
  const long = 'ab'.repeat(256)
  await post('/push/device/', `token=${long}&service=${serviceId}`)
  expect((await app.inject(`/push/device/${long}/${serviceId}/`)).json().fields.token).toBe(long)
  await app.close()
})

test('the app around it keeps its own', async () => {
  const { app, post } = await startApp()
  expect((await post('/own', 'a=1')).json()).toEqual({ own: 'a=1' })
  expect((await post('/own', '{"a":1}', 'application/json')).json()).toEqual({ a: 1 })
  expect((await post('/own', 'a=1', 'nonsense')).statusCode).toBe(418)
  expect((await post('/own-fault', '')).json()).toEqual({ own: 'fault' })
  expect((await app.inject('/push/none')).json()).toEqual({ own: 'not found' })
  await app.close()
})

test('it may stand twice in one app, with different authentication', async () => {
  const { app, store } = await startApp()
  app.register(byName, { prefix: '/locked', store, authentication: 'AuthBasic' })
  app.register(byName, { prefix: '/unset', store })
  expect((await app.inject('/push/device/ab/1/')).statusCode).toBe(404)
  expect((await app.inject('/locked/device/ab/1/')).statusCode).toBe(401)
  expect((await app.inject('/unset/device/ab/1/')).statusCode).toBe(503)
  await app.close()
})

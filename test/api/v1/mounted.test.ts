import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import compress from '@fastify/compress'
import helmet from '@fastify/helmet'
import Fastify from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { restApi } from '../../../src/api/index.js'
import { open } from '../../../src/app/index.js'
import { basic } from '../start-api.js'

test('the REST API is mounted in an app that has compression and headers of its own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'mounted-'))
  const app = await open({ database: `sqlite:${join(folder, 'app.sqlite')}` })
  const server = Fastify()
  onTestFinished(async () => {
    await server.close()
    await app.close()
    rmSync(folder, { recursive: true })
  })
  await server.register(compress)
  await server.register(helmet)
  server.setErrorHandler(() => 'mine')
  server.post('/mine', async () => {
    throw new Error('oh')
  })
  await server.register(restApi, { prefix: '/api', resources: app, store: app.store })
  await app.users.create({ username: 'root', password: 'open sesame', superuser: true })
  const headers = basic('root', 'open sesame')
  expect((await server.inject({ url: '/api/v1/services', headers })).json()).toEqual({
    items: [],
    next: null,
  })
  expect((await server.inject({ url: '/api/v1/services/1', headers })).json()).toMatchObject({
    code: 'PUSH_ERR_SERVICE_NOT_FOUND',
  })
  expect((await server.inject({ method: 'POST', url: '/mine' })).body).toBe('mine')
})

// The device API and the REST API within your own Fastify server, beside your own routes. Needs `fastify` in your project.
import Fastify from 'fastify'
import { open } from 'ios-notifications'
import { iosNotifications, restApi } from 'ios-notifications/fastify'

// The settings say where the database is: IOS_NOTIFICATIONS_DATABASE.
const app = await open()
const fastify = Fastify()

fastify.get('/', async () => 'my own server')

// Apps register at /ios-notifications/device/, with the name and password of an active user.
await fastify.register(iosNotifications, {
  prefix: '/ios-notifications',
  store: app.store,
  authentication: 'AuthBasic',
})

// Backends use /api/v1/, with API tokens; /api/docs/ describes it.
await fastify.register(restApi, { prefix: '/api', resources: app, store: app.store })

// The plugins do not close the database: that goes last, when no request is under way any more.
fastify.addHook('onClose', () => app.close())
process.once('SIGTERM', () => fastify.close())

console.log(await fastify.listen({ port: Number(process.env['PORT'] ?? 3000) }))

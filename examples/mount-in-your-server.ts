// The device API within your own Fastify server, beside your own routes. Needs `fastify` in your project.
import Fastify from 'fastify'
import { open } from 'ios-notifications'
import { iosNotifications } from 'ios-notifications/fastify'

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

// The plugin does not close the database: that goes last, when no request is under way any more.
fastify.addHook('onClose', () => app.close())
process.once('SIGTERM', () => fastify.close())

console.log(await fastify.listen({ port: Number(process.env['PORT'] ?? 3000) }))

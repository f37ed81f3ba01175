// What registrations are compared with: a bare Fastify route that parses the same form and answers with as many bytes. Prints its URL.
import formbody from '@fastify/formbody'
import Fastify from 'fastify'

const app = Fastify()
app.register(formbody)
app.post('/ios-notifications/device/', async (request, reply) => {
  const { token, service } = request.body
  return reply.code(201).send({
    pk: 1,
    model: 'ios_notifications.device',
    fields: {
      ...{ token, is_active: true, deactivated_at: null, service: Number(service), users: [] },
      ...{
        added_at: new Date().toISOString(),
        last_notified_at: null,
        platform: '',
        display: '',
        os_version: '',
      },
    },
  })
})
console.log(JSON.stringify({ url: await app.listen({ port: 0 }) }))

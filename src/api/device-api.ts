import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Clock, hasErrorCode, PushError } from '../base/index.js'
import { type Device, normalizeDeviceToken } from '../model/index.js'
import type { Store } from '../store/index.js'
import { type FieldErrors, readDescription, readServiceId, readToken, readUsers } from './device-fields.js'
import { deviceJson } from './device-json.js'
import { type BodyFields, noFields } from './request-body.js'

/** The part of the store that the device API needs. */
export type DeviceApiStore = Pick<Store, 'services' | 'devices' | 'users'>

/**
 * The routes of the predecessor's device API: `POST device/`, `GET` and `PUT device/<token>/<service>/`, and 405 with
 * `Allow` for every other method on these paths. The slash at the end is part of the path: without it, 404.
 *
 * Tokens can be longer than Fastify lets a parameter of a path be (100 characters), and an app that uses us as a plugin
 * need not know that: hence a wildcard, and a look at the path of our own.
 */
export function deviceRoutes(app: FastifyInstance, store: DeviceApiStore, clock: Clock): void {
  const api = new DeviceApi(store, clock)
  const others = (used: readonly string[]) => app.supportedMethods.filter((method) => !used.includes(method))
  app.post('/device/', (request, reply) => api.register(request, reply))
  app.route({
    method: others(['POST']),
    url: '/device/',
    onRequest: (_request, reply) => notAllowed(reply, 'POST'),
    handler: () => undefined,
  })
  app.get('/device/*', { exposeHeadRoute: true }, (request, reply) => api.show(request, reply))
  app.put('/device/*', (request, reply) => api.change(request, reply))
  app.route({
    method: others(['GET', 'HEAD', 'PUT']),
    url: '/device/*',
    onRequest: async (request, reply) => {
      pathOf(request)
      return await notAllowed(reply, 'GET, HEAD, PUT')
    },
    handler: () => undefined,
  })
}

class DeviceApi {
  readonly #store: DeviceApiStore
  readonly #clock: Clock

  constructor(store: DeviceApiStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** Creates a device, or makes it active again. The describing fields count when it is created, as they did. */
  async register(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const fields = fieldsOf(request)
    const errors: FieldErrors = {}
    const token = readToken(fields, errors)
    const serviceId = readServiceId(fields, errors)
    const description = readDescription(fields, errors)
    if (Object.keys(errors).length > 0) {
      // Every field at fault is to be named, and whether the service exists only the store knows.
      if (!errors['service'] && !(await this.#store.services.get(serviceId)))
        errors['service'] = [noSuchService(serviceId)]
      return reply.code(400).send(errors)
    }
    const at = this.#clock.now()
    try {
      const { device, created } = await this.#store.devices.register({ token, serviceId, at })
      const described =
        created && description ? await this.#store.devices.update(device.id, description, at) : device
      return sendDevice(reply, created ? 201 : 200, described)
    } catch (error) {
      if (!hasErrorCode(error, 'PUSH_ERR_SERVICE_NOT_FOUND')) throw error
      return reply.code(400).send({ service: [noSuchService(serviceId)] })
    }
  }

  async show(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { token, service } = pathOf(request)
    const device = await this.#find(token, service)
    return device
      ? sendDevice(reply, 200, device)
      : reply.code(404).send({ error: noSuchDevice(token, service) })
  }

  /** Changes users, platform, display and os_version; the predecessor let a client set any attribute. */
  async change(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { token, service } = pathOf(request)
    const device = await this.#find(token, service)
    if (!device) return reply.code(400).send({ error: noSuchDevice(token, service) })
    const fields = fieldsOf(request)
    const errors: FieldErrors = {}
    const description = readDescription(fields, errors)
    const users = readUsers(fields, errors)
    const faults = Object.entries(errors).map(([name, sentences]) => `${name}: ${sentences.join(' ')}`)
    if (faults.length > 0) return reply.code(400).send({ error: faults.join(' ') })
    const change = { ...description, ...(users && { users }) }
    try {
      return sendDevice(reply, 200, await this.#store.devices.update(device.id, change, this.#clock.now()))
    } catch (error) {
      if (!(error instanceof PushError) || error.code !== 'PUSH_ERR_USER_NOT_FOUND') throw error
      return reply.code(400).send({ error: error.message })
    }
  }

  /** Undefined also where token or service could be those of no device. */
  async #find(token: string, service: string): Promise<Device | undefined> {
    const serviceId = Number(service)
    if (!Number.isSafeInteger(serviceId)) return undefined
    try {
      return await this.#store.devices.find(normalizeDeviceToken(token), serviceId)
    } catch (error) {
      if (hasErrorCode(error, 'PUSH_ERR_DEVICE_TOKEN_INVALID')) return undefined
      throw error
    }
  }
}

/** The two parts of `<token>/<service>/` as they were given, percent-encoding undone. Throws a 404 for another path. */
function pathOf(request: FastifyRequest): { token: string; service: string } {
  const path = (request.params as { '*': string })['*']
  const [, token, service] = /^([^/]+)\/(\d+)\/$/.exec(path) ?? []
  if (token === undefined || service === undefined)
    throw new PushError(
      'PUSH_ERR_DEVICE_NOT_FOUND',
      'Not found. The path of a device is device/<token>/<service>/.',
    )
  return { token, service }
}

function fieldsOf(request: FastifyRequest): BodyFields {
  return (request.body as BodyFields | undefined) ?? noFields
}

function sendDevice(reply: FastifyReply, status: 200 | 201, device: Device): FastifyReply {
  return reply.code(status).header('content-type', 'application/json').send(deviceJson(device))
}

async function notAllowed(reply: FastifyReply, allow: string): Promise<FastifyReply> {
  const error = `This method is not allowed here; allowed are: ${allow}.`
  return reply.code(405).header('allow', allow).send({ error })
}

function noSuchDevice(token: string, service: string): string {
  return `Device with token ${token} and service ${service} does not exist`
}

function noSuchService(id: number): string {
  return `APNService with id ${id} does not exist`
}

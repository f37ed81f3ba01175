import { type Static, Type } from 'typebox'
import { PushError } from '../../base/index.js'
import type { Device } from '../../model/index.js'
import { type DeviceChoice, deviceNotFound } from '../../resources/index.js'
import { clientGone } from './client-gone.js'
import {
  ActivityChangeSchema,
  DeactivationSchema,
  DeviceChangeSchema,
  DeviceInputSchema,
  DeviceSchema,
  deviceQuery,
  filterFields,
  ReactivationSchema,
  shownDevice,
} from './devices-schemas.js'
import { requireMatch } from './entity-tag.js'
import { listBodyLimit } from './json-body.js'
import { Id, ListOf, orderedFields, orderedPageOf } from './list.js'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'
import { shownEntry, TimelineQuery, TimelineSchema } from './timeline-schemas.js'

const params = Type.Object({ device: Id }, { additionalProperties: false })
const tags = ['devices']

/** `/devices`: the registry. Files of devices are in `device-files-routes.ts`. */
export function devicesRoutes(app: V1, { resources: { devices } }: V1Context): void {
  const existing = async (id: number) => {
    const device = await devices.get(id)
    if (device === undefined) throw deviceNotFound(id)
    return device
  }

  app.get(
    '/devices',
    {
      config: { scope: 'devices' },
      schema: {
        operationId: 'listDevices',
        tags,
        summary: 'Devices, by id',
        description:
          'All conditions must hold. A page is what is found among 100,000 devices at most, so that it may hold fewer than `limit`, or none, though there are more: `next` is null on the last one only.',
        querystring: Type.Object({ ...orderedFields, ...filterFields }, { additionalProperties: false }),
        response: { 200: ListOf(DeviceSchema), ...problems() },
      },
    },
    async ({ query: { after, limit, order, ...filter } }) => {
      const page = orderedPageOf({
        ...(order !== undefined && { order }),
        ...(after !== undefined && { after }),
        ...(limit !== undefined && { limit }),
      })
      const { devices: found, next = null } = await devices.page(deviceQuery(filter), page)
      return { items: found.map(shownDevice), next }
    },
  )

  app.get(
    '/devices/count',
    {
      config: { scope: 'devices' },
      schema: {
        operationId: 'countDevices',
        tags,
        summary: 'How many devices there are',
        description: 'With the conditions of the list. Millions of devices take some seconds.',
        querystring: Type.Object(filterFields, { additionalProperties: false }),
        response: {
          200: Type.Object({ count: Type.Integer({ minimum: 0 }) }, { additionalProperties: false }),
          ...problems(),
        },
      },
    },
    async ({ query }, reply) => ({
      count: await devices.count(deviceQuery(query), { signal: clientGone(reply) }),
    }),
  )

  app.post(
    '/devices',
    {
      config: { scope: 'devices:register', audit: false },
      schema: {
        operationId: 'registerDevice',
        tags,
        summary: 'Register a device',
        description:
          'For an app at every launch: adds the device (201), or makes it active again (200). What is said of it is set at the same time; what is not said stays.',
        body: DeviceInputSchema,
        response: { 200: DeviceSchema, 201: DeviceSchema, ...problems(404, 413, 415) },
      },
    },
    async ({ body }, reply) => {
      const { device, created } = await devices.register(body)
      if (created) reply.header('location', `${app.prefix}/devices/${device.id}`)
      return reply.code(created ? 201 : 200).send(shownDevice(device))
    },
  )

  app.post(
    '/devices/deactivate',
    {
      config: { scope: 'devices' },
      bodyLimit: listBodyLimit,
      schema: {
        operationId: 'deactivateDevices',
        tags,
        summary: 'Switch devices off',
        description:
          'With the reason `operator`, until their apps register again. Give `devices`, or `service` and `tokens`.',
        body: DeactivationSchema,
        response: { 200: ActivityChangeSchema, ...problems(404, 413, 415) },
      },
    },
    ({ body }) => devices.deactivate(choiceOf(body), { dryRun: body.dryRun ?? false }),
  )

  app.post(
    '/devices/reactivate',
    {
      config: { scope: 'devices' },
      bodyLimit: listBodyLimit,
      schema: {
        operationId: 'reactivateDevices',
        tags,
        summary: 'Take deactivations back',
        description:
          'As if nothing had been. Give `devices`, `service` and `tokens`, or a `push` that has deactivated devices.',
        body: ReactivationSchema,
        response: { 200: ActivityChangeSchema, ...problems(404, 409, 413, 415) },
      },
    },
    ({ body: { push, ...body } }) => {
      if (push !== undefined && (body.devices ?? body.service ?? body.tokens) !== undefined) throw unclear()
      return devices.reactivate(push === undefined ? choiceOf(body) : { push }, {
        dryRun: body.dryRun ?? false,
      })
    },
  )

  app.get(
    '/devices/:device',
    {
      config: { scope: 'devices' },
      schema: {
        operationId: 'getDevice',
        tags,
        summary: 'A device',
        params,
        response: { 200: DeviceSchema, ...problems(404) },
      },
    },
    async ({ params: { device } }) => shownDevice(await existing(device)),
  )

  app.patch(
    '/devices/:device',
    {
      config: { scope: 'devices' },
      schema: {
        operationId: 'changeDevice',
        tags,
        summary: 'Change a device',
        description:
          'Absent fields stay; lists and attributes are replaced as a whole. `If-Match` refuses the change where somebody else was quicker.',
        params,
        body: DeviceChangeSchema,
        response: { 200: DeviceSchema, ...problems(404, 412, 413, 415) },
      },
    },
    async (request) => {
      const check = (current: Device) => requireMatch(request, shownDevice(current))
      return shownDevice(await devices.update(request.params.device, request.body, { check }))
    },
  )

  app.delete(
    '/devices/:device',
    {
      config: { scope: 'devices' },
      schema: {
        operationId: 'removeDevice',
        tags,
        summary: 'Remove a device',
        description: 'A running push that has not come to it counts it as unsent.',
        params,
        response: { 204: Type.Null({ description: 'It is gone.' }), ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      const check = (current: Device) => requireMatch(request, shownDevice(current))
      await devices.remove(request.params.device, { check })
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/devices/:device/timeline',
    {
      config: { scope: 'devices' },
      schema: {
        operationId: 'getTimeline',
        tags,
        summary: 'What happened to a device',
        description:
          'Why somebody did not get a push: registrations, deactivations, what Apple said, and each push with its outcome; the newest first. A page may hold fewer entries than `limit`, or none, though there are more: `next` is null on the last one only. A push to named devices is in it only where this one was named and active.',
        params,
        querystring: TimelineQuery,
        response: { 200: TimelineSchema, ...problems(404) },
      },
    },
    async ({ params: { device }, query }) => {
      const { entries, next } = await devices.timeline(device, query)
      return { items: entries.map(shownEntry), next }
    },
  )

  for (const [verb, summary] of [
    ['deactivate', 'Switch a device off'],
    ['reactivate', 'Switch a device on again'],
  ] as const)
    app.post(
      `/devices/:device/${verb}`,
      {
        config: { scope: 'devices' },
        schema: {
          operationId: `${verb}Device`,
          tags,
          summary,
          description: `The same as \`/devices/${verb}\` with one device.`,
          params,
          response: { 200: DeviceSchema, ...problems(404) },
        },
      },
      async ({ params: { device } }) => {
        await devices[verb]({ devices: [device] })
        return shownDevice(await existing(device))
      },
    )
}

/** The devices that are meant. PUSH_ERR_INPUT_INVALID. */
function choiceOf({ devices, service, tokens }: Static<typeof DeactivationSchema>): DeviceChoice {
  if (devices !== undefined && service === undefined && tokens === undefined) return { devices }
  if (devices === undefined && service !== undefined && tokens !== undefined) return { service, tokens }
  throw unclear()
}

function unclear(): PushError {
  return new PushError(
    'PUSH_ERR_INPUT_INVALID',
    'devices: say which devices are meant: give devices, or service and tokens, and nothing else',
    { field: 'devices' },
  )
}

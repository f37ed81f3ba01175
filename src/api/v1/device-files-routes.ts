import { Readable } from 'node:stream'
import { Type } from 'typebox'
import { hasErrorCode, PushError } from '../../base/index.js'
import { exportFormats } from '../../resources/index.js'
import { deviceQuery, filterFields, ImportSchema } from './devices-schemas.js'
import { Id } from './list.js'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'

const tags = ['devices']
const mediaTypes = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const

/** `/devices/import` and `/devices/export`: files of any size, which are streamed. */
export function deviceFilesRoutes(app: V1, { resources: { devices } }: V1Context): void {
  app.addContentTypeParser(Object.values(mediaTypes), (request, payload, done) => {
    if (request.routeOptions.config.isStreamed) done(null, payload)
    else done(new PushError('PUSH_ERR_MEDIA_TYPE', 'the body has to be application/json'))
  })

  app.post(
    '/devices/import',
    {
      config: { scope: 'devices', isStreamed: true },
      // It is read as it comes, and never held.
      bodyLimit: Number.MAX_SAFE_INTEGER,
      decompress: {},
      schema: {
        operationId: 'importDevices',
        tags,
        summary: 'Import a file of devices',
        description:
          'CSV with a header, or NDJSON, as the export writes them; `token` is needed, and empty fields of CSV are left as they are. Lines at fault are left out and told. Where the upload breaks off, what was imported until then stays.',
        querystring: Type.Object({ service: Id }, { additionalProperties: false }),
        body: Type.Unsafe<Readable>({ content: contentOf('A file.') }),
        response: { 200: ImportSchema, ...problems(404, 415) },
      },
    },
    async ({ body, query: { service }, raw, log }, reply) => {
      if (!(body instanceof Readable))
        throw new PushError('PUSH_ERR_MEDIA_TYPE', 'the body has to be text/csv or application/x-ndjson')
      try {
        // Its connection is needed for the answer, also where the rest is not read.
        return await devices.importFile(service, body.iterator({ destroyOnReturn: false }), {
          name: 'the body',
        })
      } catch (error) {
        if (raw.destroyed && hasErrorCode(error, 'ECONNRESET')) {
          log.info({ service }, 'An upload of devices broke off; what was imported stays')
          // Nobody is there any more to be answered.
          return reply.hijack()
        }
        reply.header('connection', 'close')
        body.resume()
        throw error
      }
    },
  )

  app.get(
    '/devices/export',
    {
      // It would read all devices for nobody.
      exposeHeadRoute: false,
      config: { scope: 'devices' },
      schema: {
        operationId: 'exportDevices',
        tags,
        summary: 'Export devices',
        description:
          'With the conditions of the list, by id. Several users or tags stand in one field of CSV, with spaces between; attributes and tokens of Live Activities as JSON.',
        querystring: Type.Object(
          {
            format: Type.Optional(Type.Enum([...exportFormats], { description: '`csv` by default.' })),
            ...filterFields,
          },
          { additionalProperties: false },
        ),
        response: {
          200: { description: 'A file.', content: contentOf('A file.') } as unknown as ReturnType<
            typeof Type.Unsafe
          >,
          ...problems(),
        },
      },
    },
    ({ query: { format = 'csv', ...filter } }, reply) =>
      reply
        .type(`${mediaTypes[format]}; charset=utf-8`)
        .header('content-disposition', `attachment; filename="devices.${format}"`)
        .send(Readable.from(devices.export(deviceQuery(filter), format))),
  )
}

function contentOf(description: string) {
  return Object.fromEntries(
    Object.values(mediaTypes).map((type) => [type, { schema: Type.Unsafe({ description }) }]),
  )
}

import type { FastifyInstance, FastifyRequest } from 'fastify'
import { errorMessage } from '../../base/index.js'
import type { AuditLog } from '../../resources/index.js'
import { isChange } from './authentication.js'

/** Names of fields that are kept at most, and characters of each. */
const MAX_FIELDS = 50
const MAX_NAME = 100

/**
 * Writes every change into the audit log: before the handler runs, and again when it has answered. An answer that is streamed ends
 * the entry when all of it has been sent. Routes with `config.audit: false` are left out, and requests for which that is a function that
 * says so.
 */
export class Audit {
  readonly #log: AuditLog
  readonly #entries = new WeakMap<FastifyRequest, number>()

  constructor(log: AuditLog) {
    this.#log = log
  }

  /** Adds the hooks to a scope, for all routes that are registered in it afterwards. */
  watch(app: FastifyInstance): void {
    app.addHook('preHandler', async (request) => {
      const { scope, audit = true } = request.routeOptions.config
      const isAudited = typeof audit === 'function' ? audit(request) : audit
      if (isChange(request) && isAudited && scope !== 'public') await this.begin(request)
    })
    app.addHook('onSend', async (request, reply, payload) => {
      const isStream = typeof payload === 'object' && payload !== null && 'pipe' in payload
      if (!isStream) await this.#end(request, reply.statusCode, reply.getHeader('location'))
      return payload
    })
    app.addHook('onResponse', async (request, reply) => {
      await this.#end(request, reply.statusCode, undefined)
    })
  }

  /** Writes down what `request.principal` is about to do. */
  async begin(request: FastifyRequest): Promise<void> {
    const { kind, id, name, userId } = request.principal
    const { operationId } = request.routeOptions.schema as { operationId?: string }
    const entry = await this.#log.begin({
      ...{ via: kind, who: name, userId, tokenId: kind === 'token' ? id : null },
      operation: operationId ?? `${request.method} ${request.routeOptions.url}`,
      resource: Object.values(request.params ?? {}).join(' ') || null,
      fields: [...namesIn(request.query), ...namesIn(request.body)].slice(0, MAX_FIELDS),
      address: request.ip,
      userAgent: request.headers['user-agent'] ?? '',
    })
    this.#entries.set(request, entry)
  }

  async #end(request: FastifyRequest, status: number, location: unknown): Promise<void> {
    const entry = this.#entries.get(request)
    if (entry === undefined) return
    this.#entries.delete(request)
    const resource = typeof location === 'string' ? location.split('/').at(-1) : undefined
    try {
      await this.#log.end(entry, {
        outcome: status < 400 ? 'done' : 'failed',
        status,
        ...(resource !== undefined && { resource }),
      })
    } catch (error) {
      // What was done is done; the entry stays pending.
      request.log.error(
        { error: errorMessage(error), entry },
        'The end of a change could not be written down',
      )
    }
  }
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || 'pipe' in value) return []
  return Object.keys(value).map((name) => name.slice(0, MAX_NAME))
}

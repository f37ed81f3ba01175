import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is looked at in many places.
type Document = any

/**
 * Compares every answer of a server's v1 API with its OpenAPI document: the status must be described, with that content type, and
 * the body must be as its schema says. Returns the list of what is not, which grows as answers are sent.
 */
export function watchContract(app: FastifyInstance): string[] {
  const violations: string[] = []
  let contract: Contract | undefined
  app.addHook('onSend', async (request, reply, payload) => {
    const route = request.routeOptions.url
    if (route?.startsWith('/api/v1/') && !route.endsWith('/openapi.json')) {
      contract ??= new Contract(await documentOf(app))
      violations.push(...contract.violations(request, reply, payload))
    }
    return payload
  })
  return violations
}

async function documentOf(app: FastifyInstance): Promise<Document> {
  return (await app.inject('/api/v1/openapi.json')).json()
}

class Contract {
  readonly #document: Document
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true })
  readonly #validators = new Map<object, ValidateFunction>()

  constructor(document: Document) {
    this.#document = document
    ;(addFormats as unknown as (ajv: Ajv2020) => void)(this.#ajv)
    this.#ajv.addSchema(document, 'document')
  }

  violations(request: FastifyRequest, reply: FastifyReply, payload: unknown): string[] {
    const { statusCode } = reply
    // Described by the rules for all routes, and not by each of them.
    if ([304, 405, 414].includes(statusCode) || request.method === 'HEAD') return []
    // An answer to who has gone is nobody's.
    if (reply.raw.destroyed) return []
    const path = request.routeOptions.url!.replaceAll(/:(\w+)/g, '{$1}')
    const where = `${request.method} ${path} ${statusCode}`
    const answer = this.#document.paths[path]?.[request.method.toLowerCase()]?.responses?.[statusCode]
    if (answer === undefined) return [`${where}: is not described`]
    if (statusCode === 204) return []
    if (payload === null || payload === undefined || payload === '')
      return answer.content === undefined ? [] : [`${where}: has no body`]
    const type = String(reply.getHeader('content-type')).split(';')[0]!
    const schema = answer.content?.[type]?.schema
    if (answer.content?.[type] === undefined) return [`${where}: ${type} is not described`]
    if (typeof payload !== 'string' || schema === undefined) return []
    if (!/[/+]json$/.test(type)) return []
    const validate = this.#validator(schema)
    if (validate(JSON.parse(payload))) return []
    return [`${where}: ${this.#ajv.errorsText(validate.errors)} in ${payload.slice(0, 300)}`]
  }

  #validator(schema: object): ValidateFunction {
    const known = this.#validators.get(schema)
    if (known !== undefined) return known
    // References start at the document.
    const text = JSON.stringify(schema).replaceAll('"#/', '"document#/')
    const made = this.#ajv.compile(JSON.parse(text))
    this.#validators.set(schema, made)
    return made
  }
}

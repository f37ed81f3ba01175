import type { FastifySchemaCompiler } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { InvalidRequest } from './problem.js'
import { faultsOf, type Schema } from './schema-fault.js'

/**
 * Validates a part of a request by its TypeBox schema. Nothing is guessed: what a path and a query bring as text is read as the
 * number, the truth value or the list that the schema wants where it is written as one, and refused where it is not.
 */
export const requestValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema)
  const isText = httpPart !== 'body'
  // Headers that are not ours are none of our business.
  const known = httpPart === 'headers' ? Object.keys((schema as Schema).properties ?? {}) : undefined
  return (input: unknown) => {
    const picked = known === undefined ? input : pick(input as Record<string, unknown>, known)
    const value = isText ? fromText(schema as Schema, picked) : picked
    if (validator.Check(value)) return { value: known === undefined ? value : input }
    const faults = faultsOf(schema as Schema, value, validator.Errors(value))
    return { error: new InvalidRequest(faults) }
  }
}

function pick(input: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]),
  )
}

/** The texts of a path or a query as their schema wants them. */
function fromText(schema: Schema, value: unknown): unknown {
  if (schema.properties !== undefined && typeof value === 'object' && value !== null) {
    const properties = schema.properties
    return Object.fromEntries(
      Object.entries(value).map(([name, content]) => [
        name,
        Object.hasOwn(properties, name) ? fromText(properties[name]!, content) : content,
      ]),
    )
  }
  if (schema.type === 'array') {
    const list = Array.isArray(value) ? value : [value]
    return list.map((item) => fromText(schema.items ?? {}, item))
  }
  if (typeof value !== 'string') return value
  if (schema.type === 'integer' && /^-?\d{1,16}$/.test(value)) return Number(value)
  if (schema.type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

import { shown } from '../../base/index.js'
import type { Fault } from './problem.js'

/** The part of JSON Schema that the v1 API uses. */
export interface Schema {
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly Schema[]
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  /** A secret: it is never shown. */
  writeOnly?: boolean
  /** What is allowed, in words, where the schema's own are of no help. */
  allowed?: string
}

/** What a validator found: the part of it that is used here. */
interface ValidationError {
  keyword: string
  instancePath: string
  params: object
}

/** Faults that are told at most. */
const MAX_FAULTS = 20

/** What is wrong with a value, field by field, in sentences: what there is, and what is allowed. */
export function faultsOf(
  schema: Schema,
  value: unknown,
  errors: readonly ValidationError[],
): [Fault, ...Fault[]] {
  const faults = new Map<string, Fault>()
  for (const { keyword, instancePath, params } of errors) {
    const place = placeOf(schema, value, instancePath)
    const add = (field: string, message: string) => {
      if (!faults.has(field) && faults.size < MAX_FAULTS)
        faults.set(field, { field: field === '' ? null : field, message })
    }
    // Both say what is wrong beneath the place.
    if (keyword === 'required')
      for (const name of (params as { requiredProperties: string[] }).requiredProperties)
        add(below(place.field, name), `${below(place.field, name)}: it is missing`)
    else if (keyword === 'additionalProperties')
      for (const name of (params as { additionalProperties: string[] }).additionalProperties)
        add(below(place.field, name), unknownField(place, name))
    else if (keyword === 'minProperties') add(place.field, 'nothing is given; at least one field is needed')
    else if (keyword !== 'boolean') add(place.field, notAllowed(place))
  }
  // What is within a value makes the value wrong, too, and says more.
  const all = [...faults.values()]
  const told = all.filter(
    ({ field }) => !all.some((other) => other.field !== field && isWithin(other.field ?? '', field ?? '')),
  )
  return told.length > 0 ? (told as [Fault, ...Fault[]]) : [{ field: null, message: 'it is not allowed' }]
}

interface Place {
  field: string
  schema: Schema
  value: unknown
  isSecret: boolean
}

/** Follows a JSON pointer through a value and its schema. */
function placeOf(schema: Schema, value: unknown, pointer: string): Place {
  let place: Place = { field: '', schema, value, isSecret: schema.writeOnly === true }
  for (const part of pointer.split('/').slice(1)) {
    const name = part.replaceAll('~1', '/').replaceAll('~0', '~')
    const parent = place.schema
    const isItem = Array.isArray(place.value)
    const inner = (it: Schema): Schema | undefined => (isItem ? it.items : it.properties?.[name])
    const next = inner(parent) ?? parent.anyOf?.map(inner).find((it) => it !== undefined) ?? {}
    const container = place.value as Record<string, unknown> | undefined | null
    place = {
      field: isItem ? `${place.field}[${name}]` : below(place.field, name),
      schema: next,
      value: typeof container === 'object' ? container?.[name] : undefined,
      isSecret: place.isSecret || next.writeOnly === true,
    }
  }
  return place
}

function below(field: string, name: string): string {
  return field === '' ? name : `${field}.${name}`
}

function isWithin(inner: string, outer: string): boolean {
  return outer === '' ? inner !== '' : inner.startsWith(`${outer}.`) || inner.startsWith(`${outer}[`)
}

function unknownField({ field, schema }: Place, name: string): string {
  const known = Object.keys(schema.properties ?? {})
  const use = known.length > 0 ? `known are ${known.join(', ')}` : 'none is known'
  // A name can be as long as the body.
  const shownName = shown(name).slice(1, -1)
  return `${below(field, shownName)}: there is no such field; ${use}`
}

function notAllowed({ field, schema, value, isSecret }: Place): string {
  const what = isSecret ? 'this value' : shown(value)
  const subject = field === '' ? 'the body' : field
  return `${subject}: ${what} is not allowed; use ${allowedBy(schema)}`
}

/** What a schema allows, in words. */
function allowedBy(schema: Schema): string {
  if (schema.allowed !== undefined) return schema.allowed
  if (schema.anyOf !== undefined) return [...new Set(schema.anyOf.map(allowedBy))].join(' or ')
  if (schema.const !== undefined) return String(schema.const)
  if (schema.enum !== undefined) return listOf(schema.enum.map(String))
  switch (schema.type) {
    case 'null':
      return 'null'
    case 'boolean':
      return 'true or false'
    case 'integer':
    case 'number':
      return `a ${schema.type === 'integer' ? 'whole ' : ''}number${range(schema.minimum, schema.maximum)}`
    case 'string':
      return text(schema)
    case 'array':
      return `a list${counted(schema.minItems, schema.maxItems, 'items')}`
    default:
      return 'an object'
  }
}

function text({ format, pattern, minLength, maxLength }: Schema): string {
  if (format === 'date-time') return 'a time such as 2026-12-01T09:00:00Z'
  const size = counted(minLength, maxLength, 'characters')
  return pattern === undefined ? `a text${size}` : `a text${size} of the form ${pattern}`
}

function range(minimum: number | undefined, maximum: number | undefined): string {
  if (minimum === undefined) return maximum === undefined ? '' : ` of at most ${maximum}`
  return maximum === undefined || maximum === Number.MAX_SAFE_INTEGER
    ? ` of ${minimum} or more`
    : ` from ${minimum} to ${maximum}`
}

function counted(minimum: number | undefined, maximum: number | undefined, what: string): string {
  if (minimum === undefined || minimum === 0)
    return maximum === undefined ? '' : ` of at most ${maximum} ${what}`
  return maximum === undefined ? ` of at least ${minimum} ${what}` : ` of ${minimum} to ${maximum} ${what}`
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

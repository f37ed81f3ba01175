import type { IncomingMessage } from 'node:http'
import { PushError } from '../base/index.js'
import { type FaultOrder, faultFields } from './fault.js'
import { tokenList } from './marked-tokens.js'
import type { ScriptedAnswer } from './script.js'
import { invalid } from './simulator-options.js'

type Body = Readonly<Record<string, unknown>>

const answerFields = [
  'token',
  'count',
  'skip',
  'status',
  'reason',
  'timestamp',
  'headers',
  'delayMs',
] as const

/** Reads a JSON object of at most `limit` bytes; an empty body is an empty object. */
export async function readJson(request: IncomingMessage, limit: number): Promise<Body> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += chunk.length
    if (bytes > limit) throw new PushError('PUSH_ERR_PAYLOAD_TOO_LARGE', `body: more than ${limit} bytes`)
    chunks.push(chunk)
  }
  const text = Buffer.concat(chunks).toString()
  if (text.trim() === '') return {}
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const message = `body: is no JSON: ${error instanceof Error ? error.message : error}`
    throw new PushError('PUSH_ERR_INPUT_INVALID', message, { field: 'body', cause: error })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw invalid('body', value, 'a JSON object')
}

/** The devices of `token` or `tokens`; no other field than these and `more` may be there. */
export function markedTokens(body: Body, more: readonly string[]): string[] {
  onlyFields(body, ['token', 'tokens', ...more])
  const { token, tokens } = body
  if ((token === undefined) === (tokens === undefined))
    throw new PushError('PUSH_ERR_INPUT_INVALID', 'token: give either "token" or "tokens"', {
      field: 'token',
    })
  if (tokens !== undefined && !Array.isArray(tokens))
    throw invalid('tokens', tokens, 'a list of device tokens')
  return tokenList(tokens ?? token)
}

/** A number, if the field is there. */
export function numberOf(body: Body, field: string): number | undefined {
  const value = body[field]
  if (value === undefined || typeof value === 'number') return value
  throw invalid(field, value, 'a number')
}

/** An answer to order. Its fields are checked where it is taken; here only that there are no others. */
export function answerOrder(body: Body): ScriptedAnswer {
  onlyFields(body, answerFields)
  return body as unknown as ScriptedAnswer
}

/** A fault to order, in the same way. */
export function faultOrder(body: Body): FaultOrder {
  onlyFields(body, faultFields)
  return body as unknown as FaultOrder
}

/** `?limit=` of a list, 100 if it is not there. */
export function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') ?? '100'
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw invalid('limit', text, 'a whole number')
}

function onlyFields(body: Body, allowed: readonly string[]): void {
  const other = Object.keys(body).find((field) => !allowed.includes(field))
  if (other === undefined) return
  throw new PushError(
    'PUSH_ERR_INPUT_INVALID',
    `${other}: is no field here; allowed: ${allowed.join(', ')}`,
    {
      field: other,
    },
  )
}

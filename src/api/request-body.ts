import { isUtf8 } from 'node:buffer'
import { PushError } from '../base/index.js'

/** The fields of a body, each with all its values in order. A query string has texts only, JSON anything. */
export type BodyFields = ReadonlyMap<string, readonly unknown[]>

/** What a request without a body has. */
export const noFields: BodyFields = new Map()

/**
 * Reads a body as fields. It is a query string whatever the content type says, unless it says JSON: apps in the wild
 * send none, `text/plain`, or `application/x-www-form-urlencode` without the d.
 *
 * @throws PUSH_ERR_INPUT_INVALID
 */
export function parseBody(contentType: string | undefined, body: Buffer): BodyFields {
  const mediaType =
    /^[^;]*/
      .exec(contentType ?? '')?.[0]
      .trim()
      .toLowerCase() ?? ''
  if (mediaType.startsWith('multipart/'))
    throw invalid('multipart/form-data is not accepted; send the fields as a query string or as JSON.')
  if (!isUtf8(body)) throw invalid('The body is not valid UTF-8.')
  const text = body.toString('utf8')
  if (text === '') return noFields
  return /[/+]json$/.test(mediaType) ? parseJson(text) : parseQueryString(text)
}

/** `a=1&b=2` in WHATWG's form encoding, but strict: what is badly encoded is refused and not guessed at. */
function parseQueryString(text: string): BodyFields {
  const fields = new Map<string, string[]>()
  for (const pair of text.split('&')) {
    if (pair === '') continue
    const equals = pair.indexOf('=')
    const name = decode(equals < 0 ? pair : pair.slice(0, equals))
    const value = equals < 0 ? '' : decode(pair.slice(equals + 1))
    const values = fields.get(name)
    if (values) values.push(value)
    else fields.set(name, [value])
  }
  return fields
}

function decode(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  if (!spaced.includes('%')) return spaced
  try {
    return decodeURIComponent(spaced)
  } catch {
    throw invalid('The body is not a valid query string: its percent-encoding is malformed or not UTF-8.')
  }
}

/** `null` counts as absent, a list as a field that repeats. */
function parseJson(text: string): BodyFields {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw invalid('The body is not valid JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('The body must be a JSON object.')
  const fields = Object.entries(value).filter(([, content]) => content !== null)
  return new Map(fields.map(([name, content]) => [name, Array.isArray(content) ? content : [content]]))
}

function invalid(message: string): PushError {
  return new PushError('PUSH_ERR_INPUT_INVALID', message)
}

import type { FastifyInstance } from 'fastify'
import { PushError } from '../../base/index.js'

/** The largest body that is read, in bytes, where a route says nothing else; beyond it: 413. */
const BODY_LIMIT = 256 * 1024

/** For `bodyLimit` of routes that take certificates and keys. */
export const credentialBodyLimit = 2 * 1024 * 1024

/** For `bodyLimit` of routes that take lists of devices: 100,000 tokens fit in. */
export const listBodyLimit = 16 * 1024 * 1024

/** Objects and lists within each other. No body of use has as many; JSON.parse takes a microsecond for each level of a deep one. */
const MAX_DEPTH = 64

/**
 * Reads JSON bodies, and no others. They are not unpacked: a few kilobytes of gzip could hold any number of bytes, and JSON.parse lets
 * nothing else happen meanwhile.
 */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string', bodyLimit: BODY_LIMIT },
    (request, body, done) => {
      if ((request.headers['content-encoding'] ?? 'identity') !== 'identity')
        return done(new PushError('PUSH_ERR_MEDIA_TYPE', 'the body has to come as it is, not compressed'))
      if (isDeep(body))
        return done(
          new PushError('PUSH_ERR_REQUEST_INVALID', `the body is nested deeper than ${MAX_DEPTH} levels`),
        )
      return parse(request, body, done)
    },
  )
}

const quote = 0x22
const backslash = 0x5c

/** Whether brackets stand within each other too often; what stands in texts does not count. */
function isDeep(json: string): boolean {
  let depth = 0
  let isText = false
  for (let position = 0; position < json.length; position++) {
    const character = json.charCodeAt(position)
    if (character === quote) isText = !isText
    else if (isText) {
      if (character === backslash) position++
    } else if (character === 0x5b || character === 0x7b) {
      if (++depth > MAX_DEPTH) return true
    } else if (character === 0x5d || character === 0x7d) depth--
  }
  return false
}

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formType, startApi, token } from './start-api.js'

const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS')
const contentType = fc.oneof(
  fc.constantFrom(formType, 'application/json', 'text/plain', 'multipart/form-data', 'x', ';', 'a/b; c="'),
  fc.string({ unit: fc.constantFrom('a', '/', ';', '=', '"', ' ', '+', 'json'), maxLength: 12 }),
)
const name = fc.constantFrom(
  'token',
  'service',
  'users',
  'platform',
  'display',
  'os_version',
  '__proto__',
  '',
)
const value = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(token, '1', '-1', '99', '9'.repeat(30), '\0', '\ud800', '<>', '1e999'),
)
/** Half surrogate pairs can't be percent-encoded; JSON brings them. */
const encode = (text: string) => encodeURIComponent(text.replace(/\p{Surrogate}/gu, '?'))
const form = fc
  .array(fc.tuple(name, value))
  .map((pairs) => pairs.map(([key, content]) => `${key}=${encode(content)}`).join('&'))
const json = fc
  .dictionary(name, fc.oneof(value, fc.jsonValue(), fc.array(value)))
  .map((body) => JSON.stringify(body))
const body = fc.oneof(
  form,
  json,
  fc.string({ unit: 'binary' }),
  fc.uint8Array({ maxLength: 200 }).map(Buffer.from),
)
const part = fc.oneof(
  value.map((text) => encode(text)),
  fc.constantFrom('%', '%ff', '%00', '..', '*'),
)
const path = fc.oneof(
  fc.constantFrom('device/', `device/${token}/1/`),
  fc.tuple(part, part).map((parts) => `device/${parts.join('/')}/`),
)
const authorization = fc.oneof(
  fc.constant(undefined),
  fc.string({ unit: 'grapheme-ascii' }),
  fc.string({ unit: 'binary' }).map((text) => `Basic ${Buffer.from(text).toString('base64')}`),
)

test.each(['AuthNone', 'AuthBasic'])(
  '%s: whatever comes, the answer is JSON and no 5xx',
  async (authentication) => {
    const api = await startApi({ authentication })
    await api.store.devices.register({ token, serviceId: api.serviceId, at: 0 })
    await fc.assert(
      fc.asyncProperty(
        method,
        path,
        contentType,
        authorization,
        body,
        async (verb, to, type, auth, payload) => {
          const headers = { 'content-type': type, ...(auth !== undefined && { authorization: auth }) }
          const answer = await api.call(verb, to, { payload, headers })
          expect(answer.status).toBeGreaterThanOrEqual(200)
          expect(answer.status).toBeLessThan(500)
          expect(answer.text).not.toMatch(/\n\s+at |node_modules/)
          if (answer.status >= 400) expect(answer.json).toEqual(expect.any(Object))
        },
      ),
      { numRuns: authentication === 'AuthNone' ? 600 : 100 },
    )
  },
)

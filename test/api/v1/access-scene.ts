import type { InjectOptions } from 'fastify'
import type { ServerOptions } from '../../../src/api/index.js'
import type { Scope } from '../../../src/model/index.js'
import { ApiTokens } from '../../../src/resources/api-tokens.js'
import { createUser, startApi, startTime, type TestApi } from '../start-api.js'

/** What is looked at of an answer. */
export interface AccessAnswer {
  status: number
  headers: Record<string, unknown>
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look at any part of it.
  json: any
}

/** A server, with ways of asking it as somebody. */
export interface AccessScene extends TestApi {
  tokens: ApiTokens
  /** A request to the v1 API with these headers and no others. */
  ask(
    method: string,
    path: string,
    headers?: Record<string, string>,
    body?: object,
    options?: Partial<InjectOptions>,
  ): Promise<AccessAnswer>
  /** The header of a new token that belongs to nobody. */
  bearer(...scopes: Scope[]): Promise<Record<string, string>>
  /** Signs in as a superuser, or as `username`; the headers of the session with and without its CSRF token. */
  signIn(username?: string): Promise<{ page: Record<string, string>; bare: Record<string, string> }>
}

/** A server with a store of its own, the staff user `ann` and the superuser `root`, both with the password `open sesame`. */
export async function startAccess(options: Partial<ServerOptions> = {}): Promise<AccessScene> {
  const api = await startApi(options)
  const { store, server, clock } = api
  await createUser(store, 'ann', { isStaff: true })
  const { passwordHash } = (await store.users.findByUsername('ann'))!
  const superuser = { username: 'root', email: '', isActive: true, isStaff: false, isSuperuser: true }
  await store.users.create({ ...superuser, passwordHash }, startTime)
  const tokens = new ApiTokens(store.apiTokens, clock)
  const ask: AccessScene['ask'] = async (method, path, headers = {}, body, rest = {}) => {
    const request = { ...rest, method, url: `/api/v1${path}`, headers, ...(body && { payload: body }) }
    const response = await server.app.inject(request as InjectOptions)
    const { statusCode: status, body: text } = response
    const isJson = /json/.test(String(response.headers['content-type']))
    return { status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined }
  }
  return {
    ...api,
    tokens,
    ask,
    bearer: async (...scopes) => {
      const { secret } = await tokens.create({ name: 'backend', scopes })
      return { authorization: `Bearer ${secret}` }
    },
    signIn: async (username = 'root') => {
      const answer = await ask('POST', '/session', {}, { username, password: 'open sesame' })
      const bare = { cookie: cookieOf(answer) }
      return { bare, page: { ...bare, 'x-csrf-token': answer.json.csrfToken } }
    },
  }
}

/** The cookie that an answer sets, as the browser sends it back. */
export function cookieOf({ headers }: AccessAnswer): string {
  return String(headers['set-cookie']).split(';')[0]!
}

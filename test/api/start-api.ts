import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { InjectOptions } from 'fastify'
import { afterEach, expect } from 'vitest'
import { createServer, type Server, type ServerOptions } from '../../src/api/index.js'
import { silentLogger } from '../../src/base/index.js'
import { Delivery } from '../../src/delivery/index.js'
import { hashPassword, Resources } from '../../src/resources/index.js'
import { openStore, type Store } from '../../src/store/index.js'
import { testProviderKey } from './test-provider-key.js'
import { watchContract } from './v1/contract.js'

/** A time with milliseconds, so that nothing rounds them away unnoticed. */
export const startTime = Date.UTC(2026, 10, 24, 6, 0, 0, 123)

/** A token as apps send it. */
export const token = '0fd12510cfe6b0a4a89dc7369d96df956f991e66131dab63398734e8000d0029'

/** The content type of an ordinary form. */
export const formType = 'application/x-www-form-urlencoded'

/** A server with a database of its own. */
export interface TestApi {
  readonly server: Server
  readonly store: Store
  /** Where the database is. */
  readonly file: string
  readonly serviceId: number
  /** May be set. */
  readonly clock: { time: number; now(): number }
  /** A request without a socket; the path is that below `/ios-notifications/`. */
  call(method: string, path: string, options?: Omit<InjectOptions, 'method' | 'url'>): Promise<Answer>
  /** The same with a form as its body. */
  form(method: string, path: string, body: string, headers?: Record<string, string>): Promise<Answer>
  /** A request to the v1 API by a superuser, unless other headers say who asks; the path is that below `/api/v1`, the body JSON. */
  v1(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  /** Registers `token` (or another) and returns the answer's device. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at any part of it.
  register(other?: string): Promise<any>
}

/** What is looked at of an answer. */
interface Answer {
  status: number
  headers: Record<string, unknown>
  text: string
  /** The body as JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look at any part of it.
  json: any
}

const cleanups: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A store in a file of its own, with one service; both go away after the test. */
export async function startStore(): Promise<{ store: Store; serviceId: number; file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'api-'))
  cleanups.push(() => rm(folder, { recursive: true }))
  const file = join(folder, 'test.sqlite')
  const store = await openStore({ database: `sqlite:${file}` })
  cleanups.push(() => store.close())
  await store.migrate()
  const service = await store.services.create(
    {
      name: 'sandbox',
      hostname: 'gateway.sandbox.push.apple.com',
      topic: 'com.example.app',
      credential: { kind: 'key', key: testProviderKey },
    },
    startTime,
  )
  return { store, serviceId: service.id, file }
}

/** A server with a store of its own; `AuthNone` unless said otherwise. Both go away after the test. */
export async function startApi(options: Partial<ServerOptions> = {}): Promise<TestApi> {
  const { store, serviceId, file } = await startStore()
  const clock = { time: startTime, now: () => clock.time }
  // A busy machine is not what most tests are about.
  const limits = { maxEventLoopDelayMs: 60_000, ...options.limits }
  const delivery = new Delivery({ store, clock, logger: silentLogger })
  cleanups.push(() => delivery.close())
  const resources = new Resources({ store, delivery, clock })
  const server = createServer({ store, resources, authentication: 'AuthNone', clock, ...options, limits })
  // Every answer of every test is compared with what is promised.
  const violations = watchContract(server.app)
  cleanups.push(async () => {
    await server.close()
    expect(violations).toEqual([])
  })
  const call: TestApi['call'] = async (method, path, rest) => {
    const request = { ...rest, method, url: `/ios-notifications/${path}` } as InjectOptions
    const response = await server.app.inject(request)
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      json: response.body === '' ? undefined : JSON.parse(response.body),
    }
  }
  let hasRoot = false
  const v1: TestApi['v1'] = async (method, path, body, headers) => {
    if (!hasRoot) await createUser(store, 'root', { isStaff: true, isSuperuser: true })
    hasRoot = true
    const response = await server.app.inject({
      method: method as 'GET',
      url: `/api/v1${path}`,
      headers: { ...basic('root', 'open sesame'), ...headers },
      ...(body !== undefined && { payload: body as object }),
    })
    const isJson = /json/.test(String(response.headers['content-type'])) && response.body !== ''
    return {
      status: response.statusCode,
      headers: response.headers,
      text: response.body,
      json: isJson ? JSON.parse(response.body) : undefined,
    }
  }
  const form: TestApi['form'] = (method, path, payload, headers) =>
    call(method, path, { payload, headers: { 'content-type': formType, ...headers } })
  const register: TestApi['register'] = async (other = token) =>
    (await form('POST', 'device/', `token=${other}&service=${serviceId}`)).json
  return { server, store, file, serviceId, clock, call, form, v1, register }
}

/** A user with the password `open sesame`. */
export async function createUser(
  store: Store,
  username = 'Aladdin',
  traits: { isStaff?: boolean; isActive?: boolean; isSuperuser?: boolean } = {},
) {
  const { isStaff = false, isActive = true, isSuperuser = false } = traits
  const passwordHash = await hashPassword('open sesame')
  return await store.users.create(
    { username, email: '', isActive, isStaff, isSuperuser, passwordHash },
    startTime,
  )
}

/** The header of Basic authentication. */
export function basic(username: string, password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}` }
}

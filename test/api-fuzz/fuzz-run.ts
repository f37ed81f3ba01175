import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { createServer, type Server } from '../../src/api/index.js'
import { silentLogger, systemClock } from '../../src/base/index.js'
import { Delivery } from '../../src/delivery/index.js'
import { Resources } from '../../src/resources/index.js'
import { openStore } from '../../src/store/index.js'
import { watchContract } from '../api/v1/contract.js'
import { OpenApi } from './open-api.js'
import { type FuzzRequest, requests } from './request-arbitrary.js'
import { key } from './right-bodies.js'

/** What a run found out. */
export interface FuzzResult {
  requests: number
  /** How often each status was answered, by operation. */
  statuses: Map<string, Map<number, number>>
  /** A few of the requests that were refused, with what they got; one for each operation and code. */
  refusals: { operation: string; request: string; status: number; detail: string }[]
}

/** Things that are there whenever a request is made, unless a request before it has removed them. */
const EVERY = 50
/** The id of the user who makes the requests. */
const FUZZER = 2 ** 40
/** Written by requests that are refused, too. */
const notCompared = new Set(['audit_log', 'api_tokens', 'sessions', 'sqlite_sequence', 'sqlite_stat1'])

/**
 * Makes requests to every route of the v1 API and throws at the first that is answered with 5xx, with something that is not described,
 * with a stack trace, or with a 4xx after which the database is another. A thousand run in some seconds.
 */
export async function fuzzApi(options: {
  requests: number
  seed: number
  onProgress?: (done: number) => void
  /** To be added to, where it is not the first round. */
  result?: FuzzResult
}): Promise<FuzzResult> {
  await using scene = await openScene()
  const { result = { requests: 0, statuses: new Map(), refusals: [] } } = options
  let done = 0
  const property = fc.asyncProperty(requests(scene.document), async (request) => {
    if (done++ % EVERY === 0) await scene.fill()
    result.requests++
    if (done % 1000 === 0) options.onProgress?.(done)
    await tryRequest(scene, request, result)
  })
  await fc.assert(property, { numRuns: options.requests, seed: options.seed, endOnFailure: true, verbose: 1 })
  return result
}

async function tryRequest(scene: Scene, request: FuzzRequest, result: FuzzResult): Promise<void> {
  const before = scene.state()
  const answer = await scene.send(request)
  const { id } = request.operation
  const said = `${answer.status} ${answer.text.slice(0, 500)}`
  if (answer.status >= 500) throw new Error(`5xx: ${said}`)
  if (/\n\s+at |node_modules|\.[jt]s:\d+/.test(answer.text)) throw new Error(`a stack trace: ${said}`)
  if (scene.violations.length > 0)
    throw new Error(`not as described: ${scene.violations.splice(0).join('; ')}`)
  if (answer.status >= 400) {
    if (!/^application\/problem\+json/.test(answer.type))
      throw new Error(`no problem: ${answer.type} ${said}`)
    const changed = scene.changedSince(before)
    if (changed.length > 0) throw new Error(`refused, and yet written to ${changed.join(', ')}: ${said}`)
    note(result, request, answer)
  }
  const counts = result.statuses.get(id) ?? new Map<number, number>()
  counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1)
  result.statuses.set(id, counts)
}

function note(result: FuzzResult, request: FuzzRequest, answer: { status: number; text: string }): void {
  const { code, detail } = JSON.parse(answer.text) as { code: string; detail: string }
  const { id, method } = request.operation
  const isKnown = result.refusals.some((it) => it.operation === id && it.detail.startsWith(`${code}: `))
  if (isKnown) return
  const { url, payload = '' } = written(request, new Map())
  const asked = `${method} ${url} ${payload}`.trim()
  result.refusals.push({
    operation: id,
    request: JSON.stringify(asked.slice(0, 160)).slice(1, -1),
    status: answer.status,
    detail: `${code}: ${detail}`.slice(0, 200),
  })
}

type Scene = Awaited<ReturnType<typeof openScene>>

async function openScene() {
  const folder = mkdtempSync(join(tmpdir(), 'api-fuzz-'))
  const file = join(folder, 'fuzz.sqlite')
  const store = await openStore({ database: `sqlite:${file}` })
  await store.migrate()
  const clock = systemClock
  const delivery = new Delivery({ store, clock, logger: silentLogger })
  const resources = new Resources({ store, delivery, clock })
  await resources.users.create({ username: 'fuzzer', password: 'open sesame', staff: true, superuser: true })
  // Out of reach: the requests are about small ids, and it must stay who it is.
  using(file, (db) => db.exec(`update users set id = ${FUZZER}`))
  const server: Server = createServer({
    ...{ store, resources, authentication: 'AuthNone', clock },
    // It is kept busy on purpose.
    limits: { maxEventLoopDelayMs: 60_000, requestTimeoutMs: 3_600_000 },
  })
  const violations = watchContract(server.app)
  const document = new OpenApi((await server.app.inject('/api/v1/openapi.json')).json())
  const { url: address } = await server.listen({ host: '127.0.0.1', port: 0 })
  const witness = new Witness(file)
  let live: Ids = new Map()
  const authorization = `Basic ${Buffer.from('fuzzer:open sesame').toString('base64')}`
  return {
    ...{ document, violations },
    state: () => witness.state(),
    changedSince: (before: Map<string, string>) => witness.changedSince(before),
    /** Makes what requests are about, as far as it is not there. */
    async fill() {
      await fill(resources)
      live = witness.live()
    },
    async send(request: FuzzRequest) {
      const { operation, headers } = request
      const { url, payload } = written(request, live)
      if (operation.isEventStream)
        return await startOfStream(`${address}${url}`, { authorization, ...headers })
      const response = await server.app.inject({
        method: operation.method as 'GET',
        url,
        headers: { authorization, ...headers },
        ...(payload !== undefined && { payload }),
      })
      const type = String(response.headers['content-type'] ?? '')
      const isPacked = response.headers['content-encoding'] === 'gzip' && response.rawPayload.length > 0
      const text = isPacked ? gunzipSync(response.rawPayload).toString() : response.body
      return { status: response.statusCode, type, text }
    },
    async [Symbol.asyncDispose]() {
      witness.close()
      await server.close()
      await delivery.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** Over a socket, as a stream goes on for as long as its push does: it is closed when it has begun. */
async function startOfStream(url: string, headers: Record<string, string>) {
  const end = new AbortController()
  const response = await fetch(url, { headers, signal: end.signal })
  const { status } = response
  const text = status === 200 ? '' : await response.text()
  end.abort()
  return { status, type: response.headers.get('content-type') ?? '', text }
}

/** Ids of what is there, by the name of the field that is one. */
type Ids = ReadonlyMap<string, readonly number[]>

const tables = {
  service: 'services',
  device: 'devices',
  user: 'users',
  notification: 'notifications',
  push: 'pushes',
  feedbackService: 'feedback_services',
  schedule: 'schedules',
  token: 'api_tokens',
  session: 'sessions',
} as const

/** A request as it is sent; the ids 1 to 3 are those of things that are there. */
function written(
  { operation, path, query, body }: FuzzRequest,
  live: Ids,
): { url: string; payload?: string } {
  const search = new URLSearchParams()
  for (const [name, value] of query)
    for (const one of [alive(value, name, live)].flat()) search.append(name, asText(one))
  const url = path.reduce(
    (at, [name, value]) => at.replace(`{${name}}`, encodeURIComponent(asText(alive(value, name, live)))),
    operation.path,
  )
  const payload = body?.text ?? (body === undefined ? undefined : JSON.stringify(alive(body.json, '', live)))
  return { url: search.size === 0 ? url : `${url}?${search}`, ...(payload !== undefined && { payload }) }
}

function alive(value: unknown, name: string, live: Ids): unknown {
  if (typeof value === 'number') return live.get(name.replace(/s$/, ''))?.[value - 1] ?? value
  if (Array.isArray(value)) return value.map((item) => alive(item, name, live))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, alive(inner, key, live)]))
}

/** A lone surrogate can't be in a URL. */
function asText(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value ?? null)).replace(
    /\p{Surrogate}/gu,
    '\ufffd',
  )
}

function using(file: string, work: (db: Database.Database) => void): void {
  const db = new Database(file)
  try {
    work(db)
  } finally {
    db.close()
  }
}

async function fill({ services, devices, users, notifications, feedbackServices }: Resources): Promise<void> {
  const [first] = await services.list()
  const name = `fuzz ${Date.now()} ${Math.random()}`
  // Nothing listens there, so that what is sent ends at once.
  const service =
    first ?? (await services.create({ name, hostname: '127.0.0.1', port: 1, topic: 'com.example.app', key }))
  for (let n = 1; n <= 5; n++)
    await devices.register({ token: n.toString(16).padStart(64, '0'), service: service.id })
  if ((await users.list({ limit: 10 })).length < 5) await users.create({ username: name })
  await notifications.create({ service: service.id, message: 'Hi' })
  if ((await feedbackServices.list()).length === 0)
    await feedbackServices.create({ name, hostname: 'feedback.push.apple.com', service: service.id })
}

/** Looks at the database from outside. */
class Witness {
  readonly #db: Database.Database
  #version = -1
  #state = new Map<string, string>()

  constructor(file: string) {
    this.#db = new Database(file, { readonly: true })
  }

  /** A digest of every table; read again only where something has been written. */
  state(): Map<string, string> {
    const version = this.#db.pragma('data_version', { simple: true }) as number
    if (version !== this.#version) this.#state = this.#read()
    this.#version = version
    return this.#state
  }

  changedSince(before: Map<string, string>): string[] {
    const now = this.state()
    return [...now.keys()].filter((table) => now.get(table) !== before.get(table))
  }

  /** The newest three of everything. */
  live(): Ids {
    const newest = (table: string) =>
      this.#db.prepare(`select id from ${table} where id <> ${FUZZER} order by id desc limit 3`).pluck().all()
    return new Map(Object.entries(tables).map(([name, table]) => [name, newest(table) as number[]]))
  }

  close(): void {
    this.#db.close()
  }

  #read(): Map<string, string> {
    const tables = this.#db
      .prepare("select name from sqlite_master where type = 'table'")
      .pluck()
      .all() as string[]
    return new Map(
      tables
        .filter((table) => !notCompared.has(table))
        .map((table) => {
          const columns = this.#db
            .prepare('select name from pragma_table_info(?)')
            .pluck()
            .all(table) as string[]
          const sum = columns.map(
            (column) => `sum(length(quote("${column}")) * 31 + unicode(substr(quote("${column}"), -2)))`,
          )
          const row = this.#db
            .prepare(`select count(*), ${sum.join(', ')} from "${table}"`)
            .raw()
            .get()
          return [table, JSON.stringify(row)]
        }),
    )
  }
}

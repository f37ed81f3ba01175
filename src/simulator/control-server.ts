import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { PushError } from '../base/index.js'
import { answerOrder, faultOrder, limitOf, markedTokens, numberOf, readJson } from './control-input.js'
import type { Simulator } from './simulator.js'
import { invalid } from './simulator-options.js'

/** Most bytes of a request to the control server: some 100,000 device tokens at once. */
const bodyLimit = 8 * 1024 * 1024

/** What a route gets: the JSON body of a POST, empty for GET, and the query. */
interface ControlInput {
  readonly body: Readonly<Record<string, unknown>>
  readonly query: URLSearchParams
}

interface Route {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly does: string
  /** A text goes out as it is, everything else as JSON. */
  readonly run: (simulator: Simulator, input: ControlInput) => unknown
}

const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/',
    does: 'this description',
    run: (simulator) => ({
      ...simulator.describe(),
      routes: Object.fromEntries(routes.map(({ method, path, does }) => [`${method} ${path}`, does])),
    }),
  },
  { method: 'GET', path: '/stats', does: 'counters', run: (simulator) => simulator.stats() },
  {
    method: 'GET',
    path: '/received',
    does: 'the newest pushes, oldest first: ?token= of one device, ?limit= at most (100)',
    run: (simulator, { query }) => simulator.received(query.get('token') ?? undefined, limitOf(query)),
  },
  {
    method: 'POST',
    path: '/unregister',
    does: '{"token": T or "tokens": [T…], "timestamp": ms}: 410 Unregistered from now on',
    run: (simulator, { body }) => {
      const tokens = markedTokens(body, ['timestamp'])
      simulator.unregister(tokens, numberOf(body, 'timestamp'))
      return { marked: tokens.length }
    },
  },
  {
    method: 'POST',
    path: '/bad',
    does: '{"token": T or "tokens": [T…]}: 400 BadDeviceToken from now on',
    run: (simulator, { body }) => {
      const tokens = markedTokens(body, [])
      simulator.markBad(tokens)
      return { marked: tokens.length }
    },
  },
  {
    method: 'POST',
    path: '/slow',
    does: '{"token": T or "tokens": [T…], "ms": N}: answers wait so long',
    run: (simulator, { body }) => {
      const tokens = markedTokens(body, ['ms'])
      const ms = numberOf(body, 'ms')
      if (ms === undefined) throw invalid('ms', undefined, 'a whole number of milliseconds')
      simulator.markSlow(tokens, ms)
      return { marked: tokens.length }
    },
  },
  {
    method: 'POST',
    path: '/restore',
    does: '{"token": T or "tokens": [T…]}: takes back all marks of these devices',
    run: (simulator, { body }) => {
      const tokens = markedTokens(body, [])
      simulator.restore(tokens)
      return { restored: tokens.length }
    },
  },
  {
    method: 'POST',
    path: '/answer',
    does: '{"token"?, "count"?, "skip"?, "status"?, "reason"?, "timestamp"?, "headers"?, "delayMs"?}: orders answers',
    run: (simulator, { body }) => {
      simulator.answer(answerOrder(body))
      return { ordered: true }
    },
  },
  {
    method: 'POST',
    path: '/fault',
    does: '{"kind", "at"?, "token"?, "count"?, "skip"?, …}: orders something to go wrong',
    run: (simulator, { body }) => {
      simulator.fault(faultOrder(body))
      return { ordered: true }
    },
  },
  {
    method: 'POST',
    path: '/reset',
    does: 'forgets marks, ordered answers and faults, received pushes and counters',
    run: (simulator) => {
      simulator.reset()
      return { reset: true }
    },
  },
  { method: 'GET', path: '/ca.pem', does: 'the authority to trust', run: (simulator) => simulator.ca },
]

/** The HTTP side of a simulator: the same as its methods, in JSON. It is for the machine that it runs on. */
export function createControlServer(simulator: () => Simulator): Server {
  return createServer((request, response) => {
    request.on('error', () => {})
    response.on('error', () => {})
    handle(simulator(), request, response).catch((error: unknown) => refuse(response, error))
  })
}

async function handle(
  simulator: Simulator,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = addressOf(request)
  const found = routes.filter(({ path }) => path === pathname)
  if (found.length === 0) {
    const error = `there is no ${pathname} here; GET / lists what there is`
    return reply(request, response, 404, { error })
  }
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const route = found.find((candidate) => candidate.method === method)
  if (route === undefined) {
    const allowed = found.map((candidate) => candidate.method).join(', ')
    response.setHeader('allow', allowed)
    return reply(request, response, 405, { error: `${pathname} takes ${allowed}, not ${request.method}` })
  }
  const body = route.method === 'POST' ? await readJson(request, bodyLimit) : {}
  reply(request, response, 200, route.run(simulator, { body, query: searchParams }))
}

/** Only path and query count; a base is needed to read them. */
function addressOf(request: IncomingMessage): URL {
  const target = request.url ?? '/'
  if (URL.canParse(target, 'http://simulator')) return new URL(target, 'http://simulator')
  throw invalid('path', target, 'a path')
}

function reply(request: IncomingMessage, response: ServerResponse, status: number, content: unknown): void {
  const isText = typeof content === 'string'
  const text = isText ? content : `${JSON.stringify(content, undefined, 2)}\n`
  // What was not read of a body that is refused would be taken for the next request.
  if (!request.complete) response.setHeader('connection', 'close')
  response.writeHead(status, {
    'content-type': isText ? 'application/x-pem-file' : 'application/json',
    'content-length': Buffer.byteLength(text),
  })
  response.end(text)
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy()
    return
  }
  const status = error instanceof PushError ? error.status : 500
  const message = error instanceof Error ? error.message : String(error)
  reply(response.req, response, status, { error: message })
}

import type { Clock } from '../base/index.js'
import type { Config } from '../config/index.js'
import type { Resources } from '../resources/index.js'
import type { Store } from '../store/index.js'

/** The log of a process, which the HTTP server and everything else write to. */
export type ProcessLogger = ReturnType<typeof import('../api/index.js')['createLogger']>

/** Options of `App.serve`. Absent ones come from the settings. */
export interface ServeOptions {
  host?: string
  /** 0: any that is free. */
  port?: number
  /** `AuthNone`, `AuthBasic` or `AuthBasicIsStaff`. */
  authentication?: string
  /** Absent: nothing is logged. */
  logger?: ProcessLogger
}

/** A server that listens. */
export interface RunningServer {
  /** Without a slash at the end. */
  readonly url: string
  /** Accepts nothing more, lets requests under way end for some seconds, then cuts them off. Idempotent. */
  close(): Promise<void>
}

/** Builds the server and listens. The HTTP server is imported here, because most programs that push serve nothing. */
export async function serve(
  store: Store,
  resources: Resources,
  config: Config,
  clock: Clock,
  options: ServeOptions,
): Promise<RunningServer> {
  const { createServer } = await import('../api/index.js')
  const { adminPages } = await import('../admin/index.js')
  const { host = config.host, port = config.port, authentication = config.authentication, logger } = options
  const server = createServer({
    store,
    resources,
    authentication,
    trustedProxies: config.trustedProxies,
    clock,
    ...(logger !== undefined && { logger }),
  })
  server.app.register(adminPages, { prefix: '/admin' })
  // Where somebody is led who opens the address that the server says.
  server.app.get('/', (_request, reply) => reply.redirect('/admin/'))
  try {
    const { url } = await server.listen({ host, port })
    return { url, close: () => server.close() }
  } catch (error) {
    await server.close()
    throw error
  }
}

/** The log of a process on standard error, one JSON object a line. */
export async function createProcessLogger(level: string): Promise<ProcessLogger> {
  const { createLogger } = await import('../api/index.js')
  return createLogger(level, process.stderr)
}

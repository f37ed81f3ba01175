/** A forward proxy that knows CONNECT: node:http, so that the client meets a server that we did not write. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface ProxyOptions {
  /** `user:password` that it wants. Absent: anyone may use it. */
  credentials?: string
  /** PEM; with it the proxy speaks TLS. */
  certificate?: { certificate: string; privateKey: string }
  /** Where a target really is, by `host:port`, in place of the DNS: a port of 127.0.0.1. Absent: where its name says. */
  ports?: Readonly<Record<string, number>>
  /** Takes the place of the proxy's own work. */
  onConnect?: (request: IncomingMessage, client: Socket) => void
}

/** A running proxy. */
export interface ConnectProxy {
  readonly port: number
  /** The targets that were asked for, in order. */
  readonly targets: string[]
  /** The heads of the requests. */
  readonly requests: IncomingMessage[]
  /** Connections of clients that are open. */
  readonly clients: ReadonlySet<Socket>
  /** Resolves when no client's connection is open any more. */
  abandoned(): Promise<void>
  /** Cuts all connections and listens no more. */
  die(): Promise<void>
}

/** Starts a proxy that ends with the test. */
export async function startProxy(options: ProxyOptions = {}): Promise<ConnectProxy> {
  const { credentials, certificate, ports = {} } = options
  const targets: string[] = []
  const requests: IncomingMessage[] = []
  const clients = new Set<Socket>()
  const waiting = new Set<() => void>()
  const server: Server =
    certificate === undefined
      ? createServer()
      : createSecureServer({ cert: certificate.certificate, key: certificate.privateKey })
  server.on('connection', (socket: Socket) => {
    clients.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => {
      clients.delete(socket)
      if (clients.size > 0) return
      for (const resolve of waiting) resolve()
      waiting.clear()
    })
  })
  const work = (request: IncomingMessage, client: Socket) => {
    const authorization = request.headers['proxy-authorization']
    if (
      credentials !== undefined &&
      authorization !== `Basic ${Buffer.from(credentials).toString('base64')}`
    ) {
      client.end(
        'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="test"\r\nContent-Length: 3\r\n\r\nno\n',
      )
      return
    }
    const target = request.url ?? ''
    const [, hostname = '', port] = /^\[?(.*?)\]?:(\d+)$/.exec(target) ?? []
    const own = ports[target]
    const upstream = own === undefined ? connect(Number(port), hostname) : connect(own, '127.0.0.1')
    upstream.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client)
      client.pipe(upstream)
    })
    upstream.on('error', () => client.destroy())
    upstream.on('close', () => client.destroy())
    client.on('close', () => upstream.destroy())
  }
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    targets.push(request.url ?? '')
    requests.push(request)
    client.on('error', () => {})
    // Servers of node:http keep their half of a connection open, and see its end only when they read.
    client.on('end', () => client.destroy())
    if (options.onConnect === undefined) {
      work(request, client)
    } else {
      client.resume()
      options.onConnect(request, client)
    }
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const die = async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const client of clients) client.destroy()
    await closed
  }
  onTestFinished(die)
  return {
    port,
    targets,
    requests,
    clients,
    abandoned: () =>
      clients.size === 0 ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve)),
    die,
  }
}

import { createServer } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'

/** A proxy for CONNECT that can die and come back at the same address. */
export interface MortalProxy {
  readonly url: string
  /** Cuts all connections and listens no more. */
  die(): Promise<void>
  comeBack(): Promise<void>
}

export async function startMortalProxy(): Promise<MortalProxy> {
  const sockets = new Set<Socket>()
  const server = createServer()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('close', () => sockets.delete(socket))
  }
  server.on('connection', keep)
  server.on('connect', (request, client: Socket) => {
    const [, hostname = '', port] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? []
    const upstream = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
    keep(upstream)
    upstream.once('connect', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(client)
      client.pipe(upstream)
    })
    upstream.once('close', () => client.destroy())
    client.once('close', () => upstream.destroy())
  })
  const listen = (port: number) =>
    new Promise<void>((listening) => server.listen(port, '127.0.0.1', () => listening()))
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    die: async () => {
      if (!server.listening) return
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of sockets) socket.destroy()
      await closed
    },
    comeBack: () => listen(port),
  }
}

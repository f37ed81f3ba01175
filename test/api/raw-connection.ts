import { connect, type Socket } from 'node:net'

/** A bare TCP connection to a test server, on which anything can be sent. */
export interface RawConnection extends Disposable {
  readonly socket: Socket
  /** Everything that was received, once the server has closed the connection. */
  readonly ended: Promise<string>
  /** Resolves once what was received holds this text. */
  until(text: string): Promise<void>
}

export async function openRawConnection(port: number): Promise<RawConnection> {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk) => {
    received += chunk
  })
  // A connection that is cut ends too.
  socket.on('error', () => {})
  const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(received)))
  await new Promise((resolve) => socket.once('connect', resolve))
  return {
    socket,
    ended,
    until: (text) =>
      new Promise((resolve) => {
        const look = () => received.includes(text) && resolve()
        socket.on('data', look)
        look()
      }),
    [Symbol.dispose]: () => socket.destroy(),
  }
}

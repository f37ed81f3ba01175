/**
 * Opens the TLS sockets of a client: to the host itself or through a proxy, with the newest TLS session.
 *
 * Nothing is kept but that session: each connection asks for the host's address again, as Apple wants it
 * (sending-notification-requests-to-apns), so that a client follows the changes of the DNS.
 *
 * The session (RFC 8446 section 2.2, RFC 5077) saves a handshake's certificates. It is offered to one connection at a time and
 * kept only if that handshake works, so that a session which a server chokes on costs one attempt. Node skips the check of the
 * host name in a resumed handshake; that is sound because it gives out no session of a server that failed the check.
 */
import { isIP, type LookupFunction, type Socket } from 'node:net'
import { type ConnectionOptions, connect, type SecureContext, type TLSSocket } from 'node:tls'
import { PushError } from '../../base/errors.js'
import { hostAndPort } from './authority.js'
import { connectError } from './connect-error.js'
import { sturdyLookup } from './lookup.js'
import type { HttpProxy } from './proxy.js'
import { openTunnel } from './proxy-tunnel.js'

export interface SocketOpenerSettings {
  hostname: string
  port: number
  secureContext: SecureContext
  /** Absent: none. */
  proxy: HttpProxy | undefined
  /** Absent: the system's. */
  lookup: LookupFunction | undefined
}

/** What a connection is like. */
export interface SocketInfo {
  /** `TLSv1.3` or `TLSv1.2`. */
  tlsVersion: string
  /** Address of the server that answered, or of the proxy. */
  remoteAddress: string
  /** When the server's certificate expires. */
  serverCertificateValidTo: string
  /** Whether the TLS session of an earlier connection was taken up again. */
  resumed: boolean
  /** `host:port` of the proxy it goes through. Absent: none. */
  proxy?: string
}

/** A session, and what Node does not say again in a resumed handshake. */
interface TlsSession {
  ticket: Buffer
  certificateValidTo: string
}

export interface SocketEvents {
  /** The handshake is about to begin, or the connection that it needs. Called at once where there is no proxy. */
  onSocket: (socket: TLSSocket) => void
  /** There will be no socket. */
  onError: (error: PushError) => void
}

export class SocketOpener {
  readonly #settings: SocketOpenerSettings
  readonly #lookup: LookupFunction | undefined
  #session: TlsSession | undefined
  readonly #offers = new WeakMap<TLSSocket, TlsSession>()

  constructor(settings: SocketOpenerSettings) {
    this.#settings = settings
    this.#lookup = settings.lookup && sturdyLookup(settings.lookup)
  }

  /** Opens one. Returns how to give up as long as there is no socket: nothing is told any more, and all is closed. */
  open(events: SocketEvents): () => void {
    const { hostname, port, proxy } = this.#settings
    if (proxy !== undefined) {
      return openTunnel(proxy, hostAndPort(hostname, port), this.#lookup, {
        onOpen: (socket) => events.onSocket(this.#secure({ socket })),
        onError: events.onError,
      })
    }
    events.onSocket(this.#secure({ port, ...(this.#lookup !== undefined && { lookup: this.#lookup }) }))
    return () => {}
  }

  /** Why there is no connection, where a socket had been given out. */
  failure(error: unknown): PushError {
    const { hostname, port, proxy } = this.#settings
    const way = proxy === undefined ? '' : ` through the proxy ${proxy.address}`
    return connectError(error, `${hostAndPort(hostname, port)}${way}`)
  }

  /** The time for a connection is over. */
  timedOut(timeoutMs: number, hasSocket: boolean): PushError {
    const what = `no answer in ${timeoutMs} ms`
    const { proxy } = this.#settings
    if (hasSocket || proxy === undefined) return this.failure(new Error(what))
    return new PushError('PUSH_ERR_APNS_PROXY', `the proxy ${proxy.address} can not be used: ${what}`)
  }

  /** About a socket whose handshake is done. */
  describe(socket: TLSSocket): SocketInfo {
    const { proxy } = this.#settings
    return {
      tlsVersion: socket.getProtocol() ?? '',
      remoteAddress: socket.remoteAddress ?? '',
      serverCertificateValidTo: this.#certificateValidTo(socket),
      resumed: socket.isSessionReused(),
      ...(proxy !== undefined && { proxy: proxy.address }),
    }
  }

  #secure(way: { socket: Socket } | Pick<ConnectionOptions, 'port' | 'lookup'>): TLSSocket {
    const { hostname, secureContext } = this.#settings
    const offered = this.#session
    this.#session = undefined
    const socket = connect({
      ...way,
      host: hostname,
      servername: isIP(hostname) === 0 ? hostname : '',
      secureContext,
      ALPNProtocols: ['h2'],
      ...(offered !== undefined && { session: offered.ticket }),
    })
    if (offered !== undefined) this.#offer(socket, offered)
    socket.on('session', (ticket: Buffer) => {
      // It may come late, when the socket has forgotten the certificate.
      if (!socket.destroyed) this.#session = { ticket, certificateValidTo: this.#certificateValidTo(socket) }
    })
    return socket
  }

  #certificateValidTo(socket: TLSSocket): string {
    if (socket.isSessionReused()) return this.#offers.get(socket)?.certificateValidTo ?? ''
    return socket.getPeerCertificate().valid_to
  }

  #offer(socket: TLSSocket, session: TlsSession): void {
    this.#offers.set(socket, session)
    socket.once('secureConnect', () => {
      if (socket.isSessionReused()) this.#session ??= session
    })
    // With TLS 1.3 the server's refusal comes after the client's side of the handshake.
    socket.once('error', () => {
      if (this.#session === session) this.#session = undefined
    })
  }
}

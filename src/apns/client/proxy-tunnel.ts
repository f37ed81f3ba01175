/**
 * A connection through an HTTP proxy to one host: the method CONNECT (RFC 9110 section 9.3.6), spoken by Node's HTTP client.
 *
 * The request leaves after the handshake with the proxy only, so that no password goes to a proxy that is not trusted. There is
 * no time-out here: the connection that waits for the tunnel watches the clock, and gives up.
 */
import { request } from 'node:http'
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import { errorMessage, PushError } from '../../base/errors.js'
import type { HttpProxy } from './proxy.js'

/** An answer with a longer head is none, in bytes. Node's default, which users can change. */
const MAX_HEAD_BYTES = 16_384

export interface TunnelEvents {
  /** The proxy has connected us: the socket is the caller's now. */
  onOpen: (socket: Socket) => void
  onError: (error: PushError) => void
}

/** Opens a tunnel to `target` (`host:port`). Returns how to give up: nothing is told any more, and the socket is closed. */
export function openTunnel(
  proxy: HttpProxy,
  target: string,
  lookup: LookupFunction | undefined,
  events: TunnelEvents,
): () => void {
  const { hostname: host, port, isSecure } = proxy
  const address = { host, port, ...(lookup !== undefined && { lookup }) }
  const socket = isSecure
    ? connectTls({ ...address, servername: isIP(host) === 0 ? host : '', ALPNProtocols: ['http/1.1'] })
    : connectTcp(address)
  let isConnected = false
  let isOver = false

  const end = () => {
    isOver = true
    socket.destroy()
  }
  const fail = (why: string, options: { cause?: unknown; field?: string } = {}) => {
    if (isOver) return
    end()
    events.onError(new PushError('PUSH_ERR_APNS_PROXY', `the proxy ${proxy.address} ${why}`, options))
  }
  const onError = (cause: unknown) => {
    const isTrusted = !(socket instanceof TLSSocket) || !socket.authorizationError
    const what = isConnected ? 'gave no answer' : isTrusted ? 'can not be reached' : 'can not be trusted'
    const help = isTrusted ? '' : '; the variable NODE_EXTRA_CA_CERTS names a file with its CA certificate'
    fail(`${what}: ${errorMessage(cause)}${help}`, { cause })
  }
  const onClose = () => fail('closed the connection without an answer')

  const onAnswer = (status: number, head: Buffer) => {
    if (isOver) return
    if (status < 200 || status > 299) {
      fail(`refused a connection to ${target}: ${status}${advice(status)}`, refusalField(status))
      return
    }
    isOver = true
    if (head.length > 0) socket.unshift(head)
    events.onOpen(socket)
    // Not before: by now the new owner listens, and an error without a listener ends the process.
    socket.off('error', onError).off('close', onClose)
  }

  socket.on('error', onError).on('close', onClose)
  socket.once(isSecure ? 'secureConnect' : 'connect', () => {
    isConnected = true
    const { authorization } = proxy
    request({
      method: 'CONNECT',
      path: target,
      headers: {
        host: target,
        ...(authorization !== undefined && { 'proxy-authorization': authorization }),
      },
      maxHeaderSize: MAX_HEAD_BYTES,
      createConnection: () => socket,
    })
      .on('connect', ({ statusCode = 0 }, _socket, head: Buffer) => onAnswer(statusCode, head))
      .on('error', onError)
      .end()
  })
  return end
}

function advice(status: number): string {
  if (isAboutCredentials(status)) return ' (give the right user and password: http://user:password@host:port)'
  if (status === 403 || status === 405) return ' (it has to allow CONNECT to this host and port)'
  return ''
}

/** What the option has to be changed for is not tried again and again: proxies lock accounts. */
function refusalField(status: number): { field?: string } {
  return isAboutCredentials(status) ? { field: 'proxy' } : {}
}

/** 407 by the RFC; tinyproxy says 401 to a wrong password. */
function isAboutCredentials(status: number): boolean {
  return status === 407 || status === 401
}

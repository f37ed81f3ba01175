import { PushError } from '../../base/errors.js'
import { hostAndPort } from './authority.js'
import { isExemptFromProxy } from './no-proxy.js'

/** An HTTP proxy that connections go through. */
export interface HttpProxy {
  /** Whether TLS is spoken to the proxy itself (`https://`). */
  readonly isSecure: boolean
  /** A name or an address; IPv6 without brackets. */
  readonly hostname: string
  readonly port: number
  /** `host:port`, for messages. */
  readonly address: string
  /** Value of the Proxy-Authorization field: a secret. */
  readonly authorization: string | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The proxy for connections to a host: the option of this name, or else the environment's, unless that exempts the host. An
 * empty text is none. Throws PUSH_ERR_INPUT_INVALID, never with the value in it, which may hold a password.
 */
export function chooseProxy(
  option: unknown,
  hostname: string,
  port: number,
  environment: Environment = process.env,
): HttpProxy | undefined {
  if (option !== undefined) return option === '' ? undefined : readProxy('proxy', option)
  const name = environment['https_proxy'] ? 'https_proxy' : 'HTTPS_PROXY'
  const value = environment[name]
  if (!value) return undefined
  const exemptions = environment['no_proxy'] || environment['NO_PROXY'] || ''
  return isExemptFromProxy(hostname, port, exemptions) ? undefined : readProxy(name, value)
}

function readProxy(field: string, value: unknown): HttpProxy {
  if (typeof value !== 'string') throw invalid(field, 'it is no text')
  const text = value.includes('://') ? value : `http://${value}`
  // Not the error of `new URL`: that holds the whole value.
  if (!URL.canParse(text)) throw invalid(field, 'it is no URL')
  const url = new URL(text)
  const isSecure = url.protocol === 'https:'
  if (!isSecure && url.protocol !== 'http:') throw invalid(field, 'only HTTP proxies are supported')
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    throw invalid(field, 'nothing may follow the host and the port')
  const hostname = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = Number(url.port || (isSecure ? 443 : 80))
  return {
    isSecure,
    hostname,
    port,
    address: hostAndPort(hostname, port),
    authorization: basicAuthorization(field, url),
  }
}

/** RFC 7617. Absent user and password: no authentication. */
function basicAuthorization(field: string, { username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined
  let user: string
  let secret: string
  try {
    user = decodeURIComponent(username)
    secret = decodeURIComponent(password)
  } catch {
    throw invalid(field, 'user and password have to be percent-encoded UTF-8')
  }
  if (user.includes(':')) throw invalid(field, 'the user may have no colon in it')
  return `Basic ${Buffer.from(`${user}:${secret}`).toString('base64')}`
}

function invalid(field: string, why: string): PushError {
  return new PushError(
    'PUSH_ERR_INPUT_INVALID',
    `${field}: ${why}; use http://[user[:password]@]host[:port] or https://…`,
    { field },
  )
}

import { isIP } from 'node:net'

/** `host:port` as it stands in URLs, CONNECT and messages: an IPv6 address in brackets. RFC 3986 section 3.2.2. */
export function hostAndPort(hostname: string, port: number): string {
  return `${bracketed(hostname)}:${port}`
}

/** The value of `:authority`: without the port that https has anyway. RFC 9110 section 4.2.2. */
export function authorityOf(hostname: string, port: number): string {
  return port === 443 ? bracketed(hostname) : hostAndPort(hostname, port)
}

function bracketed(hostname: string): string {
  return isIP(hostname) === 6 ? `[${hostname}]` : hostname
}

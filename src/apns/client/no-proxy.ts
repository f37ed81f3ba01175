import { BlockList, isIP } from 'node:net'

/**
 * Whether a host is exempted by the value of `NO_PROXY`: entries with commas or spaces between them, of
 * - `*`: every host;
 * - `example.com`: the host and all below it; `.example.com`, `*.example.com`: all below it;
 * - `10.1.2.3`, `10.0.0.0/8`, `fd00::/8`, `[::1]`: addresses; names are not resolved for it;
 * - any of these with a `:port`: for that port only (an IPv6 address then in brackets).
 *
 * There is no standard. This is what curl, Go and Node have in common; entries that can't be read exempt nothing.
 */
export function isExemptFromProxy(hostname: string, port: number, exemptions: string): boolean {
  const host = withoutDot(hostname.toLowerCase())
  return exemptions
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => entry !== '' && isExempt(host, port, entry))
}

function isExempt(host: string, port: number, entry: string): boolean {
  const { pattern, entryPort } = splitPort(entry)
  if (entryPort !== undefined && entryPort !== port) return false
  if (pattern === '*') return true
  return isIP(host) === 0 ? nameMatches(host, pattern) : addressMatches(host, pattern)
}

/** `host`, `host:port`, `[address]`, `[address]:port`; more than one colon outside of brackets is an IPv6 address. */
function splitPort(entry: string): { pattern: string; entryPort: number | undefined } {
  const found = /^(?:\[([^\]]*)\]((?:\/\d+)?)|([^:]*))(?::(\d+))?$/.exec(entry)
  if (found === null) return { pattern: entry, entryPort: undefined }
  const [, bracketed, prefix, plain, digits] = found
  const pattern = bracketed === undefined ? (plain ?? '') : `${bracketed}${prefix}`
  return { pattern, entryPort: digits === undefined ? undefined : Number(digits) }
}

function nameMatches(host: string, pattern: string): boolean {
  const name = withoutDot(pattern.replace(/^\*\./, '.'))
  if (name.startsWith('.')) return name !== '.' && host.endsWith(name)
  return name !== '' && (host === name || host.endsWith(`.${name}`))
}

function addressMatches(address: string, pattern: string): boolean {
  const [network = '', prefix] = pattern.split('/')
  const version = isIP(network)
  if (version === 0) return false
  const addressBits = version === 4 ? 32 : 128
  if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return false
  const bits = prefix === undefined ? addressBits : Number(prefix)
  if (bits > addressBits) return false
  const list = new BlockList()
  list.addSubnet(network, bits, version === 4 ? 'ipv4' : 'ipv6')
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6')
}

/** A name may end in a dot, which says that it is complete. */
function withoutDot(name: string): string {
  return name.length > 1 && name.endsWith('.') ? name.slice(0, -1) : name
}

import { isIP } from 'node:net'

/**
 * What failed attempts from an address are counted by. An IPv4 address counts for itself, also as IPv6 writes it (`::ffff:192.0.2.1`). Of an
 * IPv6 address only the first 64 bits count: the rest is the host's own choice (RFC 4291, section 2.5.1), so that one client has 2^64 of them.
 */
export function addressKey(address: string): string {
  if (isIP(address) !== 6) return address
  const groups = groupsOf(address)
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') return `${groups.slice(0, 4).join(':')}::/64`
  return groups
    .slice(6)
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255])
    .join('.')
}

/** The eight groups of an IPv6 address, in hexadecimal digits without leading zeros. */
function groupsOf(address: string): string[] {
  // WHATWG URL writes every address in one way only; it knows no zones (`%eth0`).
  const { hostname } = new URL(`http://[${address.split('%')[0]}]`)
  const [head = [], tail = []] = hostname
    .slice(1, -1)
    .split('::')
    .map((part) => (part === '' ? [] : part.split(':')))
  return [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail]
}

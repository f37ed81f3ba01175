import type { LookupAddress, LookupOptions } from 'node:dns'
import type { LookupFunction } from 'node:net'

type Callback = Parameters<LookupFunction>[2]

/**
 * A user's `lookup` made safe to give to a socket: what it throws, no address at all, or one where several were asked for (Node
 * asks for all since version 20) would otherwise end the process.
 */
export function sturdyLookup(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    const fail = (error: unknown) =>
      callback(error instanceof Error ? error : new Error(String(error)), '', 0)
    try {
      lookup(hostname, options, (error, address, family) => {
        if (error) fail(error)
        else answer(hostname, options, address, family, callback)
      })
    } catch (error) {
      fail(error)
    }
  }
}

function answer(
  hostname: string,
  options: LookupOptions,
  address: string | readonly LookupAddress[] | undefined,
  family: number | undefined,
  callback: Callback,
): void {
  const addresses = typeof address === 'string' ? [{ address, family: family ?? 0 }] : [...(address ?? [])]
  const [first] = addresses
  if (first === undefined) callback(new Error(`no address for ${hostname}`), '', 0)
  else if (options.all === true) callback(null, addresses)
  else callback(null, first.address, first.family)
}

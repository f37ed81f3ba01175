import { notAllowed } from './text-check.js'

/** Names that were found to be good, with their usual spelling: asking Intl takes 20 µs, and an import asks a million times. */
const known = new Map<string, string>()

/** An IANA time zone in its usual spelling. PUSH_ERR_INPUT_INVALID for a name that this machine does not know. */
export function checkTimeZone(field: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > 64)
    throw notAllowed(field, value, 'an IANA name such as Europe/Berlin')
  let name = known.get(value)
  if (name === undefined) {
    name = usualName(value)
    if (name === undefined) throw notAllowed(field, value, 'an IANA name such as Europe/Berlin')
    if (known.size < 10_000) known.set(value, name)
  }
  return name
}

/** Offsets such as +02:00, which newer engines take for zones, are none: they know no summer time. */
function usualName(value: string): string | undefined {
  if (!/^[A-Za-z]/.test(value)) return undefined
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone
  } catch {
    return undefined
  }
}

import { notAllowed } from './text-check.js'

/** Names that were found to be good, with their usual spelling: an import asks a million times. */
const known = new Map<string, string>()

/** A BCP 47 tag in its usual spelling; Apple's `de_AT` is one, too. PUSH_ERR_INPUT_INVALID. */
export function checkLocale(field: string, value: unknown): string {
  if (typeof value !== 'string' || value.length > 100)
    throw notAllowed(field, value, 'a language tag such as de or de-AT')
  let name = known.get(value)
  if (name === undefined) {
    name = usualName(value)
    if (name === undefined) throw notAllowed(field, value, 'a language tag such as de or de-AT')
    if (known.size < 10_000) known.set(value, name)
  }
  return name
}

/**
 * Apple's `Locale.identifier` has underscores, and keywords of its own after `@`, which are dropped.
 * Source: developer.apple.com/documentation/foundation/locale/identifier
 */
function usualName(value: string): string | undefined {
  try {
    const name = Intl.getCanonicalLocales(value.replace(/@.*/s, '').replaceAll('_', '-'))[0]
    return name !== undefined && name.length <= 35 ? name : undefined
  } catch {
    return undefined
  }
}

/** Keys that were made before: devices have some hundred versions, and a walk asks a million times. */
const known = new Map<string, string>()

/**
 * A version as a text that sorts as versions do: `17.2` before `17.10`, `17` the same as `17.0`. What stands before the first digit, and
 * after the last number, does not count; without any number it is empty.
 */
export function versionKey(version: string): string {
  let key = known.get(version)
  if (key === undefined) {
    const numbers = (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').replace(/(?:\.0+)+$/, '')
    key = numbers.replace(/\d+/g, (number) => number.replace(/^0+(?=\d)/, '').padStart(9, '0'))
    if (known.size < 10_000) known.set(version, key)
  }
  return key
}

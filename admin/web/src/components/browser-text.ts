/** The word that a browser has in its `User-Agent`, before its version, and its name; who pretends to be another one comes first. */
const browsers = [
  ['Edg', 'Edge'],
  ['OPR', 'Opera'],
  ['Firefox', 'Firefox'],
  ['Chrome', 'Chrome'],
  ['Version', 'Safari'],
] as const

const systems = [
  ['iPhone', 'iPhone'],
  ['iPad', 'iPad'],
  ['Android', 'Android'],
  ['Windows', 'Windows'],
  ['Mac OS X', 'macOS'],
  ['Linux', 'Linux'],
] as const

/** A `User-Agent` for a reader: `Firefox 142 on Linux`; of a program, and of what is not known, as it is. */
export function browserText(userAgent: string): string {
  if (!userAgent.startsWith('Mozilla/')) return userAgent
  for (const [word, name] of browsers) {
    const version = new RegExp(`${word}/(\\d+)`).exec(userAgent)?.[1]
    if (version === undefined) continue
    const system = systems.find(([word]) => userAgent.includes(word))?.[1]
    return `${name} ${version}${system === undefined ? '' : ` on ${system}`}`
  }
  return userAgent
}

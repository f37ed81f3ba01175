import { type Profiler, Session } from 'node:inspector'

/** Which parts of the sources have run, by V8's own coverage: what tells a new input from one more of the same. */
export class SourceCoverage {
  readonly #session = new Session()
  /** By script, for each character 1 where it has run. */
  readonly #known = new Map<string, Uint8Array>()

  /** To be made before the sources are loaded: V8 counts the blocks of what it compiles from then on. */
  constructor() {
    this.#session.connect()
    this.#session.post('Profiler.enable')
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  }

  /** How many characters of the sources have run. */
  get size(): number {
    let size = 0
    for (const script of this.#known.values()) for (const has of script) size += has
    return size
  }

  /** Whether something ran since the last call that had never run before; `remember`: it is known from now on. */
  take(remember: boolean): boolean {
    let scripts: Profiler.ScriptCoverage[] = []
    // Answered before `post` returns.
    this.#session.post('Profiler.takePreciseCoverage', (_error, { result }) => {
      scripts = result
    })
    let isNew = false
    for (const { url, functions } of scripts) {
      if (url.includes('/src/') && this.#compare(url, charactersOf(functions), remember)) isNew = true
    }
    return isNew
  }

  close(): void {
    this.#session.disconnect()
  }

  #compare(url: string, now: Uint8Array, remember: boolean): boolean {
    const known = this.#known.get(url) ?? new Uint8Array(0)
    let at = 0
    while (at < now.length && now[at]! <= (known[at] ?? 0)) at++
    if (at === now.length) return false
    if (remember) {
      const both = new Uint8Array(Math.max(known.length, now.length))
      both.set(known)
      for (; at < now.length; at++) both[at]! |= now[at]!
      this.#known.set(url, both)
    }
    return true
  }
}

/** The ranges come from the outside in: an inner one that did not run is taken out of the outer one. */
function charactersOf(functions: readonly Profiler.FunctionCoverage[]): Uint8Array {
  const ranges = functions.flatMap((one) => one.ranges)
  const characters = new Uint8Array(Math.max(0, ...ranges.map(({ endOffset }) => endOffset)))
  for (const { startOffset, endOffset, count } of ranges)
    characters.fill(count > 0 ? 1 : 0, startOffset, endOffset)
  return characters
}

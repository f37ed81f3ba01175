/**
 * Fuzzes one target: changes inputs of its corpus, runs them, and keeps those that run a part of the sources that none did before.
 *
 * A target fails by throwing: whatever the input, it has to return. One that does not return is stopped by a watchdog of V8's, and
 * counts as a finding too.
 */
import { runInThisContext } from 'node:vm'
import type { Mutation } from './mutate.js'
import type { Random } from './random.js'
import type { SourceCoverage } from './source-coverage.js'

/** How many inputs are run between two looks at the coverage. */
const BATCH = 256
/** A batch takes milliseconds. */
const HANG_MS = 20_000

export interface Target {
  readonly name: string
  /** Its part of the time of a run of all targets. */
  readonly share: number
  /** What to begin with. */
  readonly seeds: readonly Buffer[]
  readonly mutate: Mutation
  /** Throws where something is wrong. */
  run(input: Buffer): void
}

/** An input that something is wrong with. */
export interface Finding {
  readonly target: string
  readonly input: Buffer
  readonly error: unknown
}

export class Fuzzer {
  readonly target: Target
  readonly corpus: Buffer[]
  readonly findings: Finding[] = []
  executions = 0
  readonly #random: Random
  readonly #coverage: SourceCoverage | undefined
  #current: Buffer = Buffer.alloc(0)

  /** Runs the corpus once. Without coverage, the corpus stays as it is. */
  constructor(target: Target, corpus: readonly Buffer[], random: Random, coverage?: SourceCoverage) {
    this.target = target
    this.#random = random
    this.#coverage = coverage
    this.corpus = [...target.seeds, ...corpus]
    this.#runAll(this.corpus)
    coverage?.take(true)
  }

  /** Runs one batch of new inputs. */
  batch(size = BATCH): void {
    const inputs = Array.from({ length: size }, () =>
      this.target.mutate(this.#random.pick(this.corpus), this.#random, this.corpus),
    )
    this.#runAll(inputs)
    if (this.#coverage?.take(false) === true) this.#keepNew(inputs, this.#coverage)
  }

  /** Looks for the inputs that ran something new, by halves. */
  #keepNew(inputs: readonly Buffer[], coverage: SourceCoverage): void {
    this.#runAll(inputs)
    if (inputs.length === 1) {
      if (coverage.take(true)) this.corpus.push(inputs[0]!)
      return
    }
    if (!coverage.take(false)) return
    const middle = inputs.length >> 1
    this.#keepNew(inputs.slice(0, middle), coverage)
    this.#keepNew(inputs.slice(middle), coverage)
  }

  #runAll(inputs: readonly Buffer[]): void {
    const shared = globalThis as { runFuzzBatch?: () => void }
    shared.runFuzzBatch = () => {
      for (const input of inputs) this.#run(input)
    }
    try {
      runInThisContext('runFuzzBatch()', { timeout: HANG_MS })
    } catch (error) {
      this.findings.push({ target: this.target.name, input: this.#current, error })
    }
  }

  #run(input: Buffer): void {
    this.#current = input
    this.executions++
    try {
      // A copy: a target must not spoil the corpus.
      this.target.run(Buffer.from(input))
    } catch (error) {
      this.findings.push({ target: this.target.name, input, error })
    }
  }
}

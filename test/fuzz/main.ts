// `npm run fuzz -- --minutes 10 [--seed 1] [--target session]`: see docs/fuzzing.md.
import { parseArgs } from 'node:util'
import { readCorpus, writeCorpus } from './corpus.js'
import { Fuzzer } from './fuzzer.js'
import { Random } from './random.js'
import { SourceCoverage } from './source-coverage.js'

const coverage = new SourceCoverage()
const { targets } = await import('./targets.js')

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    target: { type: 'string' },
  },
})
const seed = Number(values.seed)
const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target)
const shares = chosen.reduce((sum, { share }) => sum + share, 0)
const msOfShare = (Number(values.minutes) * 60_000) / shares
if (!(msOfShare > 0 && shares > 0) || !Number.isInteger(seed)) {
  console.error(
    `--minutes: a number over 0; --seed: a whole number; --target: ${targets.map(({ name }) => name)}`,
  )
  process.exit(2)
}

console.log(`seed ${seed}, ${values.minutes} minutes`)
let found = 0
let peakBytes = 0
for (const target of chosen) {
  const fuzzer = new Fuzzer(target, readCorpus(target.name), new Random(seed), coverage)
  const before = fuzzer.corpus.length
  const end = performance.now() + msOfShare * target.share
  while (performance.now() < end && fuzzer.findings.length === 0) {
    fuzzer.batch()
    peakBytes = Math.max(peakBytes, process.memoryUsage().rss)
  }
  const { executions, corpus, findings } = fuzzer
  const news = corpus.slice(before)
  writeCorpus(target.name, [...readCorpus(target.name), ...news])
  console.log(
    `${target.name}: ${executions} executions, ${coverage.size} characters of the sources, corpus ${corpus.length} (${news.length} new), ${findings.length} findings`,
  )
  for (const { input, error } of findings.slice(0, 3)) console.log(input.toString('hex'), error)
  found += findings.length
}
coverage.close()
console.log(`peak of memory: ${Math.ceil(peakBytes / 2 ** 20)} MB`)
process.exitCode = found > 0 ? 1 : 0

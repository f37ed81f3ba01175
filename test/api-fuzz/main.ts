// `npm run fuzz-api -- --requests 100000 [--seed 1]`: see docs/api-fuzzing.md. Prints what it found as Markdown.
import { parseArgs } from 'node:util'
import { type FuzzResult, fuzzApi } from './fuzz-run.js'

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
})
const [requests, seed] = [Number(values.requests), Number(values.seed)]
if (!(Number.isInteger(requests) && requests > 0 && Number.isInteger(seed))) {
  console.error('--requests: a whole number over 0; --seed: a whole number')
  process.exit(2)
}
const start = performance.now()
/** Each round begins with a new database: a digest of a large one takes longer than a request. */
const ROUND = 5000
const result: FuzzResult = { requests: 0, statuses: new Map(), refusals: [] }
for (let round = 0; result.requests < requests; round++) {
  const before = result.requests
  const onProgress = (done: number) => process.stderr.write(`\r${before + done} of ${requests}`)
  await fuzzApi({ requests: Math.min(ROUND, requests - before), seed: seed + round, onProgress, result })
}
process.stderr.write('\n')
const seconds = Math.round((performance.now() - start) / 1000)
const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('`', "'")
console.log(`${result.requests} requests, seed ${seed}, ${seconds} s: no finding.\n`)
console.log('| Operation | Answers |\n| --- | --- |')
for (const [operation, counts] of [...result.statuses].sort(([a], [b]) => a.localeCompare(b))) {
  const answers = [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${count} × ${status}`)
  console.log(`| \`${operation}\` | ${answers.join(', ')} |`)
}
console.log('\n| Operation | Bad input (cut) | Status | What it got |\n| --- | --- | --- | --- |')
for (const { operation, request, status, detail } of result.refusals.sort((a, b) =>
  a.operation.localeCompare(b.operation),
))
  console.log(`| \`${operation}\` | \`${cell(request)}\` | ${status} | ${cell(detail)} |`)

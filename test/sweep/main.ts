// `npm run sweep -- [--runs 200] [--seed 1] [--devices 20000]`: see docs/delivery.md, "The sweep".
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { errorMessage } from '../../src/base/index.js'
import { sweepPlan } from './sweep-plan.js'
import { sweepOnce } from './sweep-run.js'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    devices: { type: 'string', default: '20000' },
  },
})
const [runs, first, devices] = [values.runs, values.seed, values.devices].map(Number) as [
  number,
  number,
  number,
]
if (![runs, first, devices].every((value) => Number.isSafeInteger(value) && value >= 1)) {
  console.error('--runs, --seed, --devices: whole numbers over 0')
  process.exit(2)
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))

const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-sweep-'))
const total = { lost: 0, accepted: 0, rejected: 0, unknown: 0, unsent: 0, slow: 0 }
let worst = 0
let failed = 0
for (let seed = first; seed < first + runs; seed++) {
  const plan = sweepPlan(seed, devices)
  const { mishap, duplicates, chunkSize, collapseId, others } = plan
  const what = `seed ${seed}: ${mishap}, ${duplicates}, chunks of ${chunkSize}${collapseId ? ', collapse id' : ''}${others ? ', tokens' : ''}`
  const kept = join(folder, String(seed))
  const begun = performance.now()
  try {
    const findings = await sweepOnce(plan, kept)
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += findings[key]
    worst = Math.max(worst, findings.duplicates)
    const { accepted, rejected, unknown, unsent, duplicates: twice, bound, slow } = findings
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    console.log(
      `${what}; accepted ${accepted}, rejected ${rejected}, unknown ${unknown}, unsent ${unsent}, twice ${twice} (of ${bound})${slow ? `, slow workers ${slow}` : ''}; ${seconds} s`,
    )
    if (findings.problems.length > 0) {
      failed++
      for (const problem of findings.problems) console.log(`  WRONG: ${problem}`)
      console.log(`  kept: ${kept}`)
    }
  } catch (error) {
    failed++
    console.log(`${what}\n  WRONG: ${errorMessage(error)}\n  kept: ${kept}`)
  }
}
const { lost, accepted, rejected, unknown, unsent, slow } = total
console.log(
  `${runs} runs of ${devices} devices, ${failed} wrong; lost ${lost}; accepted ${accepted}, rejected ${rejected}, unknown ${unknown}, unsent ${unsent}; twice at most ${worst} in a run; workers that were too slow for their leases ${slow}`,
)
process.exitCode = failed > 0 ? 1 : 0

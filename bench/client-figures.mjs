// The runs of a result file, and the medians that tables, plot and bars are made of.
import { readFileSync } from 'node:fs'
import { median } from './measure.mjs'

/** Reads bench/results/…-client.jsonl: the machine, then a run a line. */
export function readFigures(file) {
  const [machine, ...runs] = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  return { machine, groups: grouped(runs) }
}

/** One entry for the runs of one kind: medians, and the least and the most of the CPU time. */
function grouped(runs) {
  const groups = new Map()
  for (const run of runs) {
    const { experiment, sink, sender, connections } = run
    const pushes = experiment === 'one' || experiment === 'sizes' ? run.pushes : undefined
    const key = JSON.stringify([experiment, sink, sender, connections, pushes])
    if (!groups.has(key)) groups.set(key, { experiment, sink, sender, connections, pushes, runs: [] })
    groups.get(key).runs.push(run)
  }
  return [...groups.values()].map(({ runs, ...group }) => {
    const failed = runs.find((run) => run.failed)?.failed
    if (failed) return { ...group, failed }
    const of = (name) => runs.map((run) => run[name])
    const medians = ['cpuMicros', 'perSecond', 'megabytes', 'p50', 'p95', 'p99'].map((name) => [
      name,
      median(of(name)),
    ])
    const cpu = of('cpuMicros')
    return { ...group, ...Object.fromEntries(medians), least: Math.min(...cpu), most: Math.max(...cpu) }
  })
}

/** The one entry that has all these values; undefined where it was not measured or failed. */
export function find(groups, wanted) {
  return groups.find(
    (group) => !group.failed && Object.entries(wanted).every(([name, value]) => group[name] === value),
  )
}

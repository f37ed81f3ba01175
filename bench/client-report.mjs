// Makes the report and the plot of bench/results/…-client.jsonl: node bench/client-report.mjs FILE [--docs]
// With --docs its main tables are put into docs/performance.md too.
import { readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { judge } from './client-bars.mjs'
import { find, readFigures } from './client-figures.mjs'
import { plot } from './client-plot.mjs'

const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')

const whole = (value) => Math.round(value).toLocaleString('en')
const short = (value) => (value < 10 ? value.toFixed(2) : value < 100 ? value.toFixed(1) : whole(value))

const PLOT_TEXT =
  'CPU time a push of each sender; CPU and memory of sendMany by number of pushes; throughput and latency at 50 ms'

/** A table's row, or the name with what went wrong. */
const rowOf = (group, head, cells) =>
  group.failed
    ? [...head, `failed: ${group.failed.split('\n').find((line) => /Error/.test(line))}`]
    : [...head, ...cells()]

function oneConnection(groups) {
  const rows = groups
    .filter((it) => it.experiment === 'one')
    .map((it) =>
      rowOf(it, [it.sink, it.sender, whole(it.pushes)], () => {
        const reference = find(groups, { experiment: 'one', sink: it.sink, sender: 'h2load' })?.cpuMicros
        return [
          `**${short(it.cpuMicros)}** (${short(it.least)}–${short(it.most)})`,
          (it.cpuMicros / reference).toFixed(2),
          whole(it.perSecond),
          whole(it.megabytes),
        ]
      }),
    )
  return table(['Sink', 'Sender', 'Pushes a run', 'µs CPU a push', '× h2load', 'pushes/s', 'MB'], rows)
}

function sizes(groups) {
  const all = groups.filter((it) => it.experiment === 'sizes')
  const start = find(all, { pushes: 1 })
  const rows = all
    .filter((it) => it.pushes > 1)
    .map((it) =>
      rowOf(it, [whole(it.pushes)], () => [
        short(it.cpuMicros),
        short(it.cpuMicros - start?.cpuMicros / it.pushes),
        whole(it.megabytes),
      ]),
    )
  const about = `A run with a single push, which is start-up alone, takes ${whole(start?.cpuMicros / 1000)} ms of CPU.`
  return `${about}\n\n${table(['Pushes', 'µs CPU a push', 'net of start-up', 'MB'], rows)}`
}

function connections(groups) {
  const rows = groups
    .filter((it) => it.experiment === 'connections')
    .map((it) => {
      const { sender, connections } = it
      const far = find(groups, { experiment: 'far', sender, connections })
      return rowOf(it, [sender, connections ?? 'its own 32'], () => [
        short(it.cpuMicros),
        whole(it.perSecond),
        far ? whole(far.perSecond) : 'failed',
      ])
    })
  return table(['Sender', 'Connections', 'µs CPU a push', 'pushes/s', 'pushes/s at 50 ms'], rows)
}

function latency(groups) {
  const rows = groups
    .filter((it) => it.experiment === 'latency')
    .map((it) => rowOf(it, [it.sender], () => [it.p50, it.p95, it.p99].map((value) => value.toFixed(1))))
  return table(['Sender', 'p50 ms', 'p95 ms', 'p99 ms'], rows)
}

/** Writes …-client.md and …-client.svg beside the file; resolves with the Markdown. */
export async function writeReport(file) {
  const { machine, groups } = readFigures(file)
  const order = [...new Set(groups.map((it) => it.sender))]
  const stem = file.replace(/\.jsonl$/, '')
  writeFileSync(`${stem}.svg`, await plot(groups, order))
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  const markdown = `# The APNs client beside others, ${machine.date}

\`npm run bench -- client${machine.quick ? ' --quick' : ''}\`: ${machine.minutes} minutes on ${machine.cpu}, ${machine.memory}, ${machine.kernel}; load average ${machine.loadAverage} at
the start. ${versions.join(', ')}.
${machine.quick ? '\n**A quick run: it shows that the scripts work. Its figures are mostly start-up.**\n' : ''}
How it is measured, and how each sender is used: [bench/README.md](../README.md). Every run of every sender: [${basename(file)}](${basename(file)}).

## Bars
${table(['', 'What', 'Bar', 'Measured', ''], judge(groups, machine.quick))}

![${PLOT_TEXT}](${basename(stem)}.svg)

## One connection
CPU time is the median of the rounds, with the least and the most of them.

${oneConnection(groups)}

## From a thousand to ten million pushes: \`sendMany\`, nghttpd
${sizes(groups)}

## Several connections: nghttpd, 1,000 pushes in flight on each
The last column has a round trip of 50 ms. There nghttpd's window, 64 kB of bodies on their way on a connection, is full before the 1,000 streams are. The sink
and the relay have a core between them.

${connections(groups)}

## Latency of a single push at a round trip of 50 ms
250 pushes a second, each sent when it is due; the time counts from then to the answer.

${latency(groups)}
`
  writeFileSync(`${stem}.md`, markdown)
  return markdown
}

/** Replaces what stands between the two marks in docs/performance.md. */
function writeDocs(file) {
  const { machine, groups } = readFigures(file)
  const page = new URL('../docs/performance.md', import.meta.url)
  const result = `../bench/results/${basename(file).replace(/\.jsonl$/, '')}`
  const section = `Measured on ${machine.date}, ${machine.cpu}, Node.js ${machine.versions['Node.js']}, one connection, 1,000 streams; more in the [report](${result}.md).

${table(['', 'What', 'Bar', 'Measured', ''], judge(groups, machine.quick))}

${oneConnection(groups)}

![${PLOT_TEXT}](${result}.svg)
`
  const before = readFileSync(page, 'utf8')
  const marked = /(<!-- Written by .* -->\n).*?(?=<!-- end -->)/s
  if (!marked.test(before)) throw new Error(`${page.pathname} has lost its marks`)
  writeFileSync(
    page,
    before.replace(marked, (_, mark) => mark + section),
  )
}

if (process.argv[1] === import.meta.filename) {
  console.log(await writeReport(process.argv[2]))
  if (process.argv.includes('--docs')) writeDocs(process.argv[2])
}

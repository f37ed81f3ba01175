// Measures the APNs client beside others; bars A1 to A4. Writes bench/results/<date>-client.jsonl (a line a run), .md and .svg.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeReport } from './client-report.mjs'
import { describeMachine } from './machine.mjs'
import { measure } from './measure.mjs'
import { payload, topic } from './senders/message.mjs'
import { nghttpdToken, startSinks } from './sinks.mjs'

const quick = process.argv.includes('--quick')
const IN_FLIGHT = 1000

/**
 * `pushes`: how many a run in the first table; fewer where a push is dear. `connections`: absent where they can't be set.
 * `single`: a push can be sent on its own, so that it has a latency.
 */
const senders = [
  { name: 'sendMany', module: 'ours-many', pushes: 400_000, connections: [1, 4, 16] },
  { name: 'send', module: 'ours', pushes: 400_000, connections: [1, 4, 16], single: true },
  { name: 'h2load', pushes: 400_000, connections: [1, 4, 16], single: true },
  { name: 'node:http2', module: 'node-http2', pushes: 400_000, connections: [1, 4, 16], single: true },
  { name: '@parse/node-apn', module: 'node-apn', pushes: 100_000, connections: [1, 4, 16], single: true },
  { name: 'apns2 (npm)', module: 'apns2', pushes: 100_000, single: true },
]
const smaller = quick ? 20 : 1
const sizes = [1, 1_000, 10_000, 100_000, 1_000_000, ...(quick ? [] : [10_000_000])]

/** Each experiment: how often it is repeated, and its runs. */
const experiments = {
  one: {
    rounds: quick ? 1 : 3,
    runs: ['nginx', 'nghttpd'].flatMap((sink) =>
      senders.map(({ pushes, ...sender }) => ({ sender, sink, pushes: pushes / smaller })),
    ),
  },
  sizes: {
    rounds: quick ? 1 : 3,
    runs: sizes.map((pushes) => ({ sender: senders[0], sink: 'nghttpd', pushes })),
  },
  connections: {
    rounds: quick ? 1 : 3,
    runs: onConnections(
      'nghttpd',
      quick ? { seconds: 1, warmUpSeconds: 0 } : { seconds: 4, warmUpSeconds: 0 },
    ),
  },
  far: {
    rounds: 1,
    // The client opens a connection every 200 ms at most.
    runs: onConnections('far', quick ? { seconds: 2, warmUpSeconds: 1 } : { seconds: 7, warmUpSeconds: 4 }),
  },
  latency: {
    rounds: 1,
    runs: senders
      .filter((it) => it.single)
      .map((sender) => ({ sender, sink: 'far', rate: 250, seconds: quick ? 3 : 10, warmUpSeconds: 1 })),
  },
}

function onConnections(sink, load) {
  return senders.flatMap((sender) =>
    (sender.connections ?? [undefined]).map((connections) => ({ sender, sink, connections, ...load })),
  )
}

const sinks = await startSinks()
const payloadFile = join(sinks.dir, 'payload.json')
const logFile = join(sinks.dir, 'h2load.log')
writeFileSync(payloadFile, JSON.stringify(payload))

async function ours({ sender, sink, connections = 1, ...load }) {
  const options = {
    port: sinks[sink],
    caFile: sinks.caFile,
    keyFile: sinks.keyFile,
    ...(sink === 'nginx' ? {} : { onlyToken: nghttpdToken }),
    connections,
    inFlight: IN_FLIGHT * connections,
    ...load,
  }
  const script = new URL('senders/run.mjs', import.meta.url).pathname
  const environment = { NODE_EXTRA_CA_CERTS: sinks.caFile }
  const measured = await measure(
    process.execPath,
    [script, sender.module, JSON.stringify(options)],
    environment,
  )
  return { ...measured, ...JSON.parse(measured.output) }
}

/** The same of h2load. */
async function h2load({ sink, connections = 1, pushes, seconds, warmUpSeconds, rate }) {
  const amount =
    rate !== undefined
      ? ['-n', rate * seconds, '--rps', rate, '--log-file', logFile]
      : seconds !== undefined
        ? ['-D', seconds - warmUpSeconds, ...(warmUpSeconds > 0 ? ['--warm-up-time', warmUpSeconds] : [])]
        : ['-n', pushes]
  const headers = {
    'apns-topic': topic,
    'apns-push-type': 'alert',
    authorization: `bearer ${'x'.repeat(200)}`,
  }
  const measured = await measure('h2load', [
    ...amount.map(String),
    ...['-c', String(connections), '-m', String(IN_FLIGHT), '-d', payloadFile],
    ...Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]),
    `https://127.0.0.1:${sinks[sink]}/3/device/${nghttpdToken}`,
  ])
  const { output } = measured
  const [, done, succeeded] = /(\d+) done, (\d+) succeeded/.exec(output) ?? []
  if (!(Number(done) > 0) || done !== succeeded) throw new Error(`h2load: ${output}`)
  const result = { ...measured, pushes: Number(done) }
  if (rate !== undefined) return { ...result, latencies: h2loadLatencies(warmUpSeconds) }
  return seconds === undefined ? result : { ...result, perSecond: Number(/([\d.]+) req\/s/.exec(output)[1]) }
}

/** Its log has the start in microseconds, the status and the duration in microseconds. */
function h2loadLatencies(warmUpSeconds) {
  const rows = readFileSync(logFile, 'utf8').trim().split('\n')
  const answers = rows.map((row) => row.split('\t').map(Number))
  const begin = Math.min(...answers.map(([start]) => start))
  return answers
    .filter(([start]) => start - begin >= warmUpSeconds * 1e6)
    .map(([, , micros]) => micros / 1000)
}

function figures({ cpuSeconds, seconds, megabytes, pushes, perSecond, latencies }) {
  const sorted = latencies?.toSorted((a, b) => a - b)
  const percentile = (share) => round(sorted[Math.ceil(sorted.length * share) - 1], 2)
  return {
    pushes,
    cpuMicros: round((cpuSeconds * 1e6) / pushes, 3),
    perSecond: Math.round(perSecond ?? pushes / seconds),
    megabytes: round(megabytes, 1),
    ...(sorted && { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99) }),
  }
}

const round = (value, digits) => Number(value.toFixed(digits))

const machine = describeMachine()
const began = performance.now()
const results = []
try {
  for (const [experiment, { rounds, runs }] of Object.entries(experiments))
    for (let count = 1; count <= rounds; count++)
      for (const run of runs) {
        const { sender, sink, connections, pushes } = run
        const result = { experiment, round: count, sink, sender: sender.name, connections }
        // A sender that fails has no figure, and says why instead.
        try {
          Object.assign(result, figures(await (sender.module === undefined ? h2load(run) : ours(run))))
        } catch (error) {
          result.failed = error.message
        }
        // What was asked for, so that runs of one kind have one number.
        if (pushes !== undefined) result.pushes = pushes
        results.push(result)
        console.error(JSON.stringify(result))
      }
} finally {
  sinks.close()
}

const lines = [{ ...machine, quick, minutes: round((performance.now() - began) / 60_000, 1) }, ...results]
const name = `${quick ? 'quick' : machine.date}-client`
const folder = join(import.meta.dirname, 'results')
mkdirSync(folder, { recursive: true })
const file = join(folder, `${name}.jsonl`)
writeFileSync(file, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
console.log(await writeReport(file))
process.exitCode = results.some((it) => it.failed) ? 1 : 0

// Bars B1 to B3, and how registrations fare meanwhile: whole pushes from SQLite to nginx. Writes bench/results/<date>-push.md.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { open } from '../dist/index.js'
import { describeMachine } from './machine.mjs'
import { measure, median, pinned, senderCore } from './measure.mjs'
import { startSinks } from './sinks.mjs'

const devices = Number(process.argv[2] ?? 1_000_000)
const rounds = 3
const registrationsPerSecond = 100
const cli = new URL('../dist/cli/main.js', import.meta.url).pathname
const sinks = await startSinks()
const file = join(sinks.dir, 'push.sqlite')
const database = `sqlite:${file}`
/** nginx answers 410 to tokens of this beginning (sinks.mjs). */
const deadPrefix = 'dead'

/** How long urgent pushes to three devices took while the others ran, from `submit` to the end, in milliseconds. */
const urgent = []

const app = await open({ database })
try {
  const { ca, key, nginx: port } = sinks
  const service = (name) =>
    app.services.create({ name, hostname: '127.0.0.1', port, topic: 'com.example.app', key, ca })
  const alive = await service('all of them alive')
  await register(alive.id, () => false)
  const partly = await service('one of 20 dead')
  await register(partly.id, (number) => number % 20 === 0)

  const accepted = []
  for (let round = 0; round < rounds; round++) accepted.push(await push(alive.id, 0))
  const rejected = await push(partly.id, Math.ceil(devices / 20))
  const idle = await registrations(alive.id, () => sleep(8000))
  const busy = await registrations(alive.id, () => pushBySubmission(alive.id))
  report({ accepted, rejected, idle, busy })
} finally {
  await app.close()
  sinks.close()
}

async function register(serviceId, isDead) {
  for (let first = 0; first < devices; first += 10_000) {
    const page = Array.from({ length: Math.min(10_000, devices - first) }, (_, offset) => {
      const number = first + offset
      const token = number.toString(16).padStart(60, '0')
      return { token: `${isDead(number) ? deadPrefix : 'beef'}${token}` }
    })
    await app.devices.importMany(serviceId, page)
  }
}

/** The command `push`, measured; `dead` of the devices are rejected. */
async function push(serviceId, dead) {
  const options = [
    '--database',
    database,
    'push',
    '--service',
    String(serviceId),
    '--message',
    'Of usual length',
  ]
  const before = databaseBytes()
  const { cpuSeconds, seconds, megabytes, output } = await measure(process.execPath, [cli, ...options])
  const sums = `accepted=${devices - dead} rejected=${dead} unknown=0 unsent=0`
  if (!output.includes(sums)) throw new Error(`not ${sums}: ${output}`)
  return {
    cpuMicros: (cpuSeconds / devices) * 1e6,
    perSecond: devices / seconds,
    megabytes,
    grown: databaseBytes() - before,
  }
}

/** The file with its write-ahead log: what a disk must have room for. */
function databaseBytes() {
  return [file, `${file}-wal`].reduce(
    (sum, path) => sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0),
    0,
  )
}

/** A push that the worker in `serve` sends, and urgent ones meanwhile. */
async function pushBySubmission(serviceId) {
  const { id } = await app.submit({ service: serviceId, message: 'Of usual length' })
  const others = []
  const timer = setInterval(() => others.push(urgentPush(serviceId)), 500)
  await follow(id).finally(() => clearInterval(timer))
  await Promise.all(others)
}

async function urgentPush(serviceId) {
  const started = performance.now()
  const options = { urgency: 'urgent', devices: [1, 2, 3] }
  const { id } = await app.submit({ service: serviceId, message: 'Urgent' }, options)
  for await (const { finishedAt } of app.pushes.events(id)) if (finishedAt !== null) break
  urgent.push(performance.now() - started)
}

async function follow(id) {
  for await (const { finishedAt, accepted } of app.pushes.events(id)) {
    if (finishedAt !== null && accepted < devices) throw new Error(`only ${accepted} accepted`)
  }
}

/** Registers devices over HTTP for as long as `meanwhile` takes: see registrations.mjs. */
async function registrations(serviceId, meanwhile) {
  const options = [
    '--database',
    database,
    '--log-level',
    'warn',
    'serve',
    '--port',
    '0',
    '--authentication',
    'AuthNone',
    '--json',
  ]
  const server = pinned(senderCore, process.execPath, [cli, ...options], {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [line] = await once(createInterface(server.stdout), 'line')
  const url = `${JSON.parse(line).url}/ios-notifications/device/`
  const program = new URL('registrations.mjs', import.meta.url).pathname
  const client = spawn(process.execPath, [program, url, String(serviceId), String(registrationsPerSecond)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const answer = text(client.stdout)
  const started = performance.now()
  await meanwhile()
  const seconds = (performance.now() - started) / 1000
  client.stdin.end()
  const latencies = JSON.parse(await answer).sort((a, b) => a - b)
  server.kill('SIGTERM')
  await once(server, 'exit')
  const at = (part) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * part))]
  return { count: latencies.length, seconds, p50: at(0.5), p99: at(0.99), max: latencies.at(-1) }
}

function report({ accepted, rejected, idle, busy }) {
  const ofPush = (name, { cpuMicros, perSecond, megabytes, grown }) =>
    `| ${name} | ${cpuMicros.toFixed(2)} | ${Math.round(perSecond)} | ${Math.round(megabytes)} | ${(grown / devices).toFixed(1)} |`
  const middle = Object.fromEntries(
    Object.keys(accepted[0]).map((name) => [name, median(accepted.map((run) => run[name]))]),
  )
  const ofRegistrations = (name, { count, seconds, p50, p99, max }) =>
    `| ${name} | ${count} in ${seconds.toFixed(1)} s | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${max.toFixed(1)} |`
  const machine = describeMachine()
  const page = [
    '# Whole pushes from SQLite to nginx',
    '',
    `\`npm run bench -- push ${devices}\``,
    '',
    `${machine.cpu}, ${machine.memory}, ${machine.kernel}, Node.js ${machine.versions['Node.js']}, nginx ${machine.versions.nginx}, ${machine.date}`,
    '',
    `CPU time and memory of the process of \`push\`, start-up included; ${devices} devices.`,
    '',
    '| Push | µs CPU a device | devices/s | MB | bytes of database a device |',
    '| --- | --- | --- | --- | --- |',
    ofPush(`all accepted, median of ${rounds}`, middle),
    ofPush('5 % rejected with 410', rejected),
    '',
    `Registrations over HTTP (\`POST device/\`, ${registrationsPerSecond} a second, half of them new), milliseconds from when each was due:`,
    '',
    '| Meanwhile, in the same process | registrations | p50 | p99 | most |',
    '| --- | --- | --- | --- | --- |',
    ofRegistrations('nothing', idle),
    ofRegistrations(`a push to ${devices} devices`, busy),
    '',
    `Urgent pushes to three devices during that push, submitted by another process: ${urgent.length}, from \`submit\` to the end ${Math.round(median(urgent))} ms in the median, ${Math.round(Math.max(...urgent))} ms at the most (the progress is looked at every 250 ms).`,
    '',
  ].join('\n')
  const date = new Date().toISOString().slice(0, 10)
  writeFileSync(new URL(`results/${date}-push.md`, import.meta.url), page)
  console.log(page)
}

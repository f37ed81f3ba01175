// Bars C1 and C2, and 200 clients while a push runs. Writes bench/results/<date>-api.md.
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import autocannon from 'autocannon'
import { open } from '../dist/index.js'
import { describeMachine } from './machine.mjs'
import { median, pinned, senderCore } from './measure.mjs'
import { startSinks } from './sinks.mjs'

const seconds = Number(process.argv[2] ?? 10)
const devices = Number(process.argv[3] ?? 1_000_000)
const rounds = 3
const clients = 200
/** Requests before those that count. */
const warmUp = 15_000
/** Devices that are there before re-registrations are measured. */
const known = 10_000
const perSecond = 300
const cli = new URL('../dist/cli/main.js', import.meta.url).pathname
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const json = { 'content-type': 'application/json' }
const path = '/ios-notifications/device/'

/** How fast the push went beside as many requests as go. */
let pushedASecond = 0
/** The servers that run. */
const servers = new Set()
const sinks = await startSinks()
const app = await open({ database: `sqlite:${join(sinks.dir, 'api.sqlite')}` })
try {
  const { ca, key, nginx: port } = sinks
  const { id: service } = await app.services.create({
    ...{ name: 'bench', hostname: '127.0.0.1', port, topic: 'com.example.app', key, ca },
  })
  const { secret } = await app.tokens.create({ name: 'bench', scopes: ['admin'] })
  const bearer = { authorization: `Bearer ${secret}` }
  await importDevices(service, known, 'beef')
  const registrations = await compare(service, bearer)
  await importDevices(service, devices - known, 'cafe')
  progress(`${devices} devices in the registry`)
  const idle = await crowd(service, bearer, () => sleepFor(seconds))
  const busy = await crowd(service, bearer, () => pushFor(seconds * 2, service))
  const paced = await crowd(service, bearer, () => pushToAll(service), perSecond)
  report({ registrations, idle, busy, paced })
} finally {
  for (const child of servers) child.kill('SIGKILL')
  await app.close()
  sinks.close()
}

/** The bare route and ours, new tokens and known ones, in alternating rounds. */
async function compare(service, bearer) {
  const bodyOf = (token) => `token=${token}&service=${service}`
  let number = 0
  const fresh = () => tokenOf('feed', ++number)
  const old = () => tokenOf('beef', ++number % known)
  const device = (make) => ({ method: 'POST', path, headers: form, body: () => bodyOf(make()) })
  const v1 = (make) => ({
    ...{ method: 'POST', path: '/api/v1/devices', headers: { ...json, ...bearer } },
    body: () => JSON.stringify({ token: make(), service }),
  })
  const runs = {
    'bare route': { bare: true, request: device(fresh) },
    'new devices': { request: device(fresh) },
    'known devices': { request: device(old) },
    'new devices, v1': { request: v1(fresh) },
    'known devices, v1': { request: v1(old) },
  }
  const results = Object.fromEntries(Object.keys(runs).map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [name, { bare, request }] of Object.entries(runs)) {
      const server = await (bare ? startBare() : startServer())
      // So many that all of it is compiled, however slow the machine is.
      await cannon(server, [request], { connections: 50, amount: warmUp })
      const result = await cannon(server, [request], { connections: 50, duration: seconds })
      results[name].push(result)
      progress(`${name}: ${Math.round(result.perSecond)} a second`)
      await server.stop()
    }
  return results
}

/** 200 clients that register in both ways, list, and read, for as long as `meanwhile` takes. */
async function crowd(service, bearer, meanwhile, overallRate) {
  const server = await startServer()
  let number = 0
  const token = () => (++number % 2 === 0 ? tokenOf('beef', number % known) : tokenOf('face', number))
  const requests = [
    { method: 'POST', path, headers: form, body: () => `token=${token()}&service=${service}` },
    {
      ...{ method: 'POST', path: '/api/v1/devices', headers: { ...json, ...bearer } },
      body: () => JSON.stringify({ token: token(), service }),
    },
    { method: 'GET', path: `/api/v1/devices?service=${service}&limit=20`, headers: bearer },
    { method: 'GET', path: `${path}${tokenOf('beef', 1)}/${service}/` },
  ]
  const ended = new AbortController()
  const running = cannon(server, requests, {
    ...{ connections: clients, duration: 3600, signal: ended.signal },
    ...(overallRate !== undefined && { overallRate }),
  })
  await meanwhile()
  ended.abort()
  const result = await running
  progress(`crowd: ${Math.round(result.perSecond)} a second, ${result.bad || 'nothing bad'}`)
  await server.stop()
  return result
}

async function cannon(server, requests, { signal, ...options }) {
  const before = cpuSeconds(server.pid)
  const run = autocannon({
    ...options,
    url: server.url,
    requests: requests.map(({ body, ...request }) => ({
      ...request,
      ...(body && { setupRequest: (it) => ({ ...it, body: body() }) }),
    })),
  })
  signal?.addEventListener('abort', () => run.stop())
  const result = await run
  const failed = Object.entries(result.statusCodeStats).filter(([status]) => Number(status) >= 400)
  const bad = failed.map(([status, { count }]) => `${count} × ${status}`)
  if (result.errors > 0) bad.push(`${result.errors} without an answer in 10 s`)
  const answers = result.requests.total
  return {
    perSecond: answers / result.duration,
    cpuMicros: ((cpuSeconds(server.pid) - before) / answers) * 1e6,
    p50: result.latency.p50,
    p99: result.latency.p99,
    max: result.latency.max,
    bad: bad.join(', '),
    answers,
  }
}

async function pushToAll(service) {
  const { id, audienceSize } = await app.submit({ service, message: 'Of usual length' })
  for await (const { finishedAt, accepted } of app.pushes.events(id))
    if (finishedAt !== null && accepted < audienceSize)
      throw new Error(`${accepted} of ${audienceSize} accepted`)
}

/** A push that is given up after a while: beside as many requests as go it would take a quarter of an hour. */
async function pushFor(duration, service) {
  const { id } = await app.submit({ service, message: 'Of usual length' })
  await sleepFor(duration)
  const { accepted, startedAt } = await app.pushes.get(id)
  pushedASecond = (accepted / (Date.now() - startedAt)) * 1000
  progress(`pushed ${Math.round(pushedASecond)} a second`)
  await app.pushes.cancel(id)
}

async function startServer() {
  const options = ['--database', app.config.database, '--log-level', 'warn', 'serve', '--port', '0']
  return await start([cli, ...options, '--authentication', 'AuthNone', '--json'])
}

function startBare() {
  return start([new URL('bare-server.mjs', import.meta.url).pathname])
}

/** A server on a core of its own. */
async function start(args) {
  const child = pinned(senderCore, process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  servers.add(child)
  child.once('exit', () => servers.delete(child))
  const [line] = await once(createInterface(child.stdout), 'line')
  return {
    url: JSON.parse(line).url,
    pid: child.pid,
    stop: async () => {
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** User and system time of a process, in the kernel's ticks of 10 ms. */
function cpuSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** A line on standard error: a run takes minutes. */
function progress(line) {
  console.error(`${Math.round(performance.now() / 1000)} s: ${line}`)
}

async function importDevices(service, count, prefix) {
  for (let first = 0; first < count; first += 10_000) {
    const page = Array.from({ length: Math.min(10_000, count - first) }, (_, offset) => ({
      token: tokenOf(prefix, first + offset),
    }))
    await app.devices.importMany(service, page)
  }
}

function tokenOf(prefix, number) {
  return prefix + number.toString(16).padStart(60, '0')
}

function sleepFor(duration) {
  return new Promise((resolve) => setTimeout(resolve, duration * 1000))
}

function report({ registrations, idle, busy, paced }) {
  const middle = (name, field) => median(registrations[name].map((run) => run[field]))
  const ratio = (name, field) => {
    const [own, bare] = [middle(name, field), middle('bare route', field)]
    return field === 'cpuMicros' ? bare / own : own / bare
  }
  const bad = (runs) => runs.map((run) => run.bad).join('') || 'none'
  const registration = (name) =>
    `| ${name} | ${Math.round(middle(name, 'perSecond'))} | ${ratio(name, 'perSecond').toFixed(2)} | ${middle(name, 'cpuMicros').toFixed(1)} | ${ratio(name, 'cpuMicros').toFixed(2)} | ${middle(name, 'p50')} | ${middle(name, 'p99')} | ${bad(registrations[name])} |`
  const ofCrowd = (name, { answers, perSecond: rate, p50, p99, max, bad: faults }) =>
    `| ${name} | ${answers} | ${Math.round(rate)} | ${p50} | ${p99} | ${max} | ${faults || 'none'} |`
  const machine = describeMachine()
  const page = [
    '# The APIs under load',
    '',
    `\`npm run bench -- api ${seconds} ${devices}\``,
    '',
    `${machine.cpu}, ${machine.memory}, ${machine.kernel}, Node.js ${machine.versions['Node.js']}, ${machine.date}; load average ${machine.loadAverage} at the end`,
    '',
    `Registrations over 50 connections, ${seconds} s each, median of ${rounds} rounds; the server has a core of its own, the client the other. Milliseconds.`,
    '',
    '| Registration | a second | × bare | µs CPU of the server | × bare | p50 | p99 | 4xx, 5xx, errors |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...Object.keys(registrations).map(registration),
    '',
    `${clients} clients that register (v1 and the predecessor's API), list 20 devices and read one, with ${devices} devices in the registry:`,
    '',
    '| Meanwhile, in the same process | answers | a second | p50 | p99 | most | 4xx, 5xx, errors |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ofCrowd('nothing; as many requests as go', idle),
    ofCrowd(`a push to all (${Math.round(pushedASecond)} devices a second); as many requests as go`, busy),
    ofCrowd(`a push to all; ${perSecond} requests a second`, paced),
    '',
  ].join('\n')
  const name = seconds < 10 ? 'quick-api' : `${new Date().toISOString().slice(0, 10)}-api`
  writeFileSync(new URL(`results/${name}.md`, import.meta.url), page)
  console.log(page)
}

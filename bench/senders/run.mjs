// One run of one sender: node bench/senders/run.mjs MODULE '{"port": 443, "pushes": 400000, ...}'. Prints what came of it
// as JSON; ends with an error unless every push is accepted.
//
// The load is one of
//   pushes                         so many, as fast as they go
//   seconds, warmUpSeconds         for so long, as fast as they go; pushes a second are counted after the warm-up
//   rate, seconds, warmUpSeconds   so many a second, each at its time whether or not others are answered yet; latency is
//                                  counted from that time, after the warm-up
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { inspect } from 'node:util'

/** A hang is an error too. */
const LIMIT_MS = 900_000
const PAGE = 500

const [module, json] = process.argv.slice(2)
const { caFile, keyFile, onlyToken, pushes, seconds, warmUpSeconds, rate, inFlight, ...target } =
  JSON.parse(json)
const { open } = await import(`./${module}.mjs`)
setTimeout(() => {
  throw new Error(`${module} has not ended after ${LIMIT_MS} ms`)
}, LIMIT_MS).unref()

const sender = open({ ...target, ca: readFileSync(caFile, 'utf8'), key: readFileSync(keyFile, 'utf8') })
const tokenOf = (index) => onlyToken ?? index.toString(16).padStart(64, '0')

let stopped = false
let started = 0
let accepted = 0

const isLeft = () => !stopped && (pushes === undefined || started < pushes)

function* pages() {
  while (isLeft()) {
    const length = Math.min(PAGE, (pushes ?? Number.POSITIVE_INFINITY) - started)
    const first = started
    started += length
    yield Array.from({ length }, (_, offset) => tokenOf(first + offset))
  }
}

/** `accepted` of a sender judges what its `send` resolves with; absent: it rejects what is not accepted. */
function count(result) {
  if (sender.accepted !== undefined && !sender.accepted(result)) throw new Error(inspect(result))
  accepted++
}

async function lane() {
  while (isLeft()) count(await sender.send(tokenOf(started++)))
}

async function asFastAsTheyGo() {
  if (sender.sendMany === undefined) await Promise.all(Array.from({ length: inFlight }, lane))
  else for await (const count of sender.sendMany(pages())) accepted += count
}

async function forSoLong() {
  const running = asFastAsTheyGo()
  await Promise.race([running, sleep(warmUpSeconds * 1000)])
  const before = accepted
  const from = performance.now()
  await Promise.race([running, sleep((seconds - warmUpSeconds) * 1000)])
  const perSecond = ((accepted - before) * 1000) / (performance.now() - from)
  stopped = true
  await running
  return { perSecond }
}

async function atRate() {
  /** In milliseconds. */
  const latencies = []
  const running = []
  const begin = performance.now()
  const one = async (dueMs) => {
    count(await sender.send(tokenOf(started++)))
    if (dueMs >= warmUpSeconds * 1000) latencies.push(performance.now() - begin - dueMs)
  }
  while (running.length < rate * seconds) {
    const due = Math.min(((performance.now() - begin) * rate) / 1000, rate * seconds)
    while (running.length < due) running.push(one((running.length * 1000) / rate))
    await sleep(1)
  }
  await Promise.all(running)
  return { latencies }
}

const result =
  rate !== undefined ? await atRate() : await (seconds !== undefined ? forSoLong() : asFastAsTheyGo())
await sender.close()
if (accepted !== started) throw new Error(`${accepted} of ${started} were accepted`)
console.log(JSON.stringify({ pushes: accepted, ...result }))
// Some senders leave timers behind.
process.exit()

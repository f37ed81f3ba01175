// Bars A1 to A3: CPU time of the sender a push, against h2load on the same sinks.

import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { measure, median, nghttpdToken, startSinks } from './sinks.mjs'

const pushes = Number(process.argv[2] ?? 400_000)
const rounds = Number(process.argv[3] ?? 3)
const sinks = await startSinks()
const payloadFile = join(sinks.dir, 'payload.json')
const alert = 'A message of the usual length, so that the payload has its 130 bytes.'
writeFileSync(payloadFile, JSON.stringify({ aps: { alert, sound: 'default', badge: 1 } }))

const ours = (port, mode, token) => [
  process.execPath,
  [
    new URL('senders/ours.mjs', import.meta.url).pathname,
    port,
    pushes,
    mode,
    sinks.caFile,
    sinks.keyFile,
    ...(token ? [token] : []),
  ].map(String),
]
const h2load = (port) => [
  'h2load',
  [
    ...['-n', pushes, '-c', 1, '-m', 1000, '-d', payloadFile],
    ...[
      '-H',
      'apns-topic: com.example.app',
      '-H',
      'apns-push-type: alert',
      '-H',
      `authorization: bearer ${'x'.repeat(200)}`,
    ],
    `https://127.0.0.1:${port}/3/device/${nghttpdToken}`,
  ].map(String),
]
const senders = [
  ['nginx', 'h2load', h2load(sinks.nginx)],
  ['nginx', 'sendMany', ours(sinks.nginx, 'many')],
  ['nginx', 'send', ours(sinks.nginx, 'single')],
  ['nghttpd', 'h2load', h2load(sinks.nghttpd)],
  ['nghttpd', 'sendMany', ours(sinks.nghttpd, 'many', nghttpdToken)],
  ['nghttpd', 'send', ours(sinks.nghttpd, 'single', nghttpdToken)],
].map(([sink, name, command]) => ({ sink, name, command, micros: [], rates: [], memory: '' }))

try {
  for (let round = 0; round < rounds; round++) {
    for (const sender of senders) {
      const { cpuSeconds, seconds, output } = await measure(...sender.command)
      if (sender.name === 'h2load' && !output.includes(`${pushes} succeeded`)) throw new Error(output)
      sender.micros.push((cpuSeconds / pushes) * 1e6)
      sender.rates.push(pushes / seconds)
      sender.memory = /"peakMegabytes":(\d+)/.exec(output)?.[1] ?? ''
    }
  }
} finally {
  sinks.close()
}

console.log(
  `${pushes} pushes, ${rounds} rounds, ${cpus().length} cores of ${cpus()[0].model}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`,
)
console.log(
  '| Sink | Sender | µs CPU a push | × h2load | pushes/s | MB |\n| --- | --- | --- | --- | --- | --- |',
)
for (const { sink, name, micros, rates, memory } of senders) {
  const reference = median(senders.find((it) => it.sink === sink && it.name === 'h2load').micros)
  const ratio = (median(micros) / reference).toFixed(2)
  console.log(
    `| ${sink} | ${name} | ${median(micros).toFixed(2)} | ${ratio} | ${Math.round(median(rates))} | ${memory} |`,
  )
}

// Bars B1 and B2: a whole push from SQLite to nginx. CPU of the sender's process a device, start-up included, and its memory.
import { cpus } from 'node:os'
import { join } from 'node:path'
import { open } from '../dist/index.js'
import { measure } from './measure.mjs'
import { startSinks } from './sinks.mjs'

const devices = Number(process.argv[2] ?? 1_000_000)
const sinks = await startSinks()
const database = `sqlite:${join(sinks.dir, 'push.sqlite')}`
const cli = new URL('../dist/cli/main.js', import.meta.url).pathname
try {
  const app = await open({ database })
  const { ca, key, nginx: port } = sinks
  const service = await app.services.create({
    name: 'sink',
    hostname: '127.0.0.1',
    port,
    topic: 'com.example.app',
    key,
    ca,
  })
  for (let first = 0; first < devices; first += 10_000) {
    const page = Array.from({ length: Math.min(10_000, devices - first) }, (_, offset) => ({
      token: (first + offset).toString(16).padStart(64, '0'),
    }))
    await app.devices.importMany(service.id, page)
  }
  await app.close()
  const push = [
    cli,
    '--database',
    database,
    'push',
    '--service',
    '1',
    '--message',
    'A message of the usual length',
  ]
  const { cpuSeconds, seconds, megabytes, output } = await measure(process.execPath, push)
  if (!output.includes(`accepted=${devices} rejected=0 unknown=0 unsent=0`)) throw new Error(output)
  console.log(
    `${cpus().length} cores of ${cpus()[0].model}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}\n`,
  )
  console.log('| Devices | µs CPU a device | devices/s | MB |\n| --- | --- | --- | --- |')
  console.log(
    `| ${devices} | ${((cpuSeconds / devices) * 1e6).toFixed(2)} | ${Math.round(devices / seconds)} | ${Math.round(megabytes)} |`,
  )
} finally {
  sinks.close()
}

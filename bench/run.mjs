// `npm run bench -- NAME [options]`: brings what the benchmarks need, builds the product, runs one.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { build } from '../scripts/build.mjs'

const benchmarks = {
  client: 'the APNs client beside others, bars A1 to A4; --quick for a try of a minute',
  api: 'registrations beside a bare Fastify route, bars C1 and C2, and 200 clients during a push; [seconds a run] [devices]',
  admin: 'the first load of the admin, bar F1; [rounds]',
  devices: 'the list of devices in the admin, on a large registry; [devices]',
  push: 'whole pushes from SQLite to nginx, bars B1 to B3, and registrations meanwhile; [devices]',
}
const [name, ...options] = process.argv.slice(2)
const folder = import.meta.dirname

function run(command, args, settings = {}) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...settings })
  if (error) throw error
  if (status !== 0) process.exit(status ?? 1)
}

if (!Object.hasOwn(benchmarks, name ?? '')) {
  console.error('npm run bench -- NAME [options]\n')
  for (const [it, about] of Object.entries(benchmarks)) console.error(`  ${it.padEnd(8)} ${about}`)
  process.exit(name === undefined ? 0 : 2)
}
if (!existsSync(join(folder, 'node_modules'))) run('npm', ['ci', '--prefix', folder])
build()
run(process.execPath, [join(folder, `${name}.mjs`), ...options])

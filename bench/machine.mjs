// What a result says about the machine and the versions it was measured with.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'

export function describeMachine() {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: `${cpus().length} cores of ${cpus()[0].model.trim()}`,
    memory: `${Math.round(totalmem() / 1e9)} GB`,
    kernel: `Linux ${release()}`,
    loadAverage: loadavg()[0].toFixed(1),
    versions: {
      'ios-notifications': own('../package.json').version,
      'Node.js': process.versions.node,
      OpenSSL: process.versions.openssl,
      nginx: versionOf('nginx', '-v'),
      'nghttpd and h2load': versionOf('h2load', '--version'),
      ...own('package.json').dependencies,
    },
  }
}

const own = (path) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))

function versionOf(command, option) {
  const { stdout, stderr } = spawnSync(command, [option], { encoding: 'utf8' })
  return /\/([\d.]+)/.exec(`${stdout}${stderr}`)?.[1] ?? 'unknown'
}

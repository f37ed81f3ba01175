// Installs the servers that test/interop needs, and the browser for test/admin, where one is missing and this may be done: Debian or a
// relative of it, as root. `node scripts/debian-packages.mjs chromium`: only what is named.
// Never asks for a password, starts no service. Ends with 0 either way; what is missing after that is named in one line, and
// its tests are skipped.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Program → package that holds it, of the packages the one without a system service where there is a choice. */
const packageOf = {
  nginx: 'nginx-light',
  apache2: 'apache2-bin',
  h2o: 'h2o',
  nghttpd: 'nghttp2-server',
  tinyproxy: 'tinyproxy-bin',
  curl: 'curl',
  chromium: 'chromium',
}
/** Debian's hook that decides whether a package may start its service: 101 is no. */
const servicePolicy = '/usr/sbin/policy-rc.d'

const isMissing = (program) => {
  // Servers lie in sbin, which is not in everyone's PATH.
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return !folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

function aptGet(...args) {
  const { status } = spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 300_000,
  })
  return status === 0
}

const install = (name) => aptGet('install', '-y', '--no-install-recommends', name)

function installAll(programs) {
  const ownPolicy = !existsSync(servicePolicy)
  if (ownPolicy) writeFileSync(servicePolicy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
  try {
    // One by one: a release that lacks one of them has the others. The lists may be absent or old, as in a fresh container.
    const failed = programs.filter((program) => !install(packageOf[program]))
    if (failed.length > 0 && aptGet('update')) for (const program of failed) install(packageOf[program])
  } finally {
    if (ownPolicy) rmSync(servicePolicy)
  }
}

const named = process.argv.slice(2)
const programs = named.length > 0 ? named : Object.keys(packageOf).filter((name) => name !== 'chromium')
const missing = programs.filter(isMissing)
const may = process.getuid?.() === 0 && !isMissing('apt-get')
if (missing.length > 0 && may) installAll(missing)
const left = missing.filter(isMissing)
if (left.length > 0) {
  const packages = left.map((program) => packageOf[program]).join(' ')
  const why = may ? 'apt-get could not install' : 'not installed, and only root may, with apt-get:'
  console.log(`for the tests: ${why} ${packages}; what needs them is skipped`)
} else if (missing.length > 0) {
  console.log(`for the tests: installed ${missing.join(', ')}`)
}

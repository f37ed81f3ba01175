// Sinks for benchmarks, on the first core: nginx and nghttpd, with a certificate of the simulator's authority.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '../dist/simulator/index.js'

/** The one token that nghttpd has a file for. */
export const nghttpdToken = 'ab'.repeat(32)

const nginxConf = (dir, port) => `
worker_processes 1;
daemon off;
error_log ${dir}/error.log warn;
pid ${dir}/nginx.pid;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 3600s;
  http2_max_concurrent_streams 1000;
  server_tokens off;
  client_body_temp_path ${dir}/body;
  proxy_temp_path ${dir}/proxy;
  fastcgi_temp_path ${dir}/fastcgi;
  uwsgi_temp_path ${dir}/uwsgi;
  scgi_temp_path ${dir}/scgi;
  server {
    listen 127.0.0.1:${port} ssl http2;
    ssl_certificate ${dir}/server.pem;
    ssl_certificate_key ${dir}/server-key.pem;
    location / { add_header apns-id $http_apns_id; return 200; }
  }
}
`

/** Starts both; `close` ends them. A key for token authentication comes with them; the sinks do not look at it. */
export async function startSinks() {
  const dir = mkdtempSync(join(tmpdir(), 'ios-notifications-bench-'))
  const simulator = await startSimulator({ dir })
  const { key, ca } = simulator
  await simulator.close()
  const nginxPort = await freePort()
  const nghttpdPort = await freePort()
  writeFileSync(join(dir, 'nginx.conf'), nginxConf(dir, nginxPort))
  mkdirSync(join(dir, 'www/3/device'), { recursive: true })
  writeFileSync(join(dir, 'www/3/device', nghttpdToken), '')
  const children = [
    pinned(0, 'nginx', ['-c', join(dir, 'nginx.conf'), '-p', dir, '-e', join(dir, 'error.log')]),
    pinned(0, 'nghttpd', [
      ...['-d', join(dir, 'www'), '-m', '1000', '-n1', '-a', '127.0.0.1'],
      ...[String(nghttpdPort), join(dir, 'server-key.pem'), join(dir, 'server.pem')],
    ]),
  ]
  await Promise.all([nginxPort, nghttpdPort].map(listening))
  return {
    key,
    ca,
    caFile: join(dir, 'ca.pem'),
    keyFile: join(dir, 'key.p8'),
    dir,
    nginx: nginxPort,
    nghttpd: nghttpdPort,
    close() {
      for (const child of children) child.kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

function pinned(core, command, args) {
  return spawn('taskset', ['-c', String(core), command, ...args], { stdio: 'ignore' })
}

/** Runs a sender on the second core; resolves with its CPU seconds, wall seconds and output. */
export function measure(command, args) {
  const started = process.hrtime.bigint()
  return new Promise((resolve, reject) => {
    const script = 'TIMEFORMAT="cpu %U %S"; time taskset -c 1 "$0" "$@"'
    const child = spawn('bash', ['-c', script, command, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    let errors = ''
    child.stdout.on('data', (data) => (output += data))
    child.stderr.on('data', (data) => (errors += data))
    child.on('close', (status) => {
      const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(errors) ?? []
      if (status !== 0) return reject(new Error(`${command} ended with ${status}: ${errors}${output}`))
      const seconds = Number(process.hrtime.bigint() - started) / 1e9
      resolve({ cpuSeconds: Number(user) + Number(system), seconds, output })
    })
  })
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

/** Waits until something accepts connections on the port. */
async function listening(port) {
  for (let tries = 0; tries < 100; tries++) {
    const ok = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false))
      socket.on('connect', () => socket.destroy())
    })
    if (ok) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing listens on port ${port}: is nginx or nghttpd missing?`)
}

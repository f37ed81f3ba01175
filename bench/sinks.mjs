// Sinks for benchmarks, on one core: nginx and nghttpd, with a certificate of the simulator's authority.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '../dist/simulator/index.js'
import { pinned, sinkCore } from './measure.mjs'

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
    location /3/device/dead { return 410 '{"reason":"Unregistered","timestamp":1700000000000}'; }
    location / { add_header apns-id $http_apns_id; return 200; }
  }
}
`

/** The simulated round trip of `far`. */
export const roundTripMs = 50

/**
 * Starts all; `close` ends them. `far` is nghttpd behind a relay. A key for token authentication comes with them; the sinks
 * do not look at it.
 */
export async function startSinks() {
  const dir = mkdtempSync(join(tmpdir(), 'ios-notifications-bench-'))
  const simulator = await startSimulator({ dir })
  const { key, ca } = simulator
  await simulator.close()
  const nginxPort = await freePort()
  const nghttpdPort = await freePort()
  const farPort = await freePort()
  const relay = new URL('relay.mjs', import.meta.url).pathname
  writeFileSync(join(dir, 'nginx.conf'), nginxConf(dir, nginxPort))
  mkdirSync(join(dir, 'www/3/device'), { recursive: true })
  writeFileSync(join(dir, 'www/3/device', nghttpdToken), '')
  const run = (command, args) => pinned(sinkCore, command, args, { stdio: 'ignore' })
  const children = [
    run('nginx', ['-c', join(dir, 'nginx.conf'), '-p', dir, '-e', join(dir, 'error.log')]),
    run('nghttpd', [
      ...['-d', join(dir, 'www'), '-m', '1000', '-n1', '-a', '127.0.0.1'],
      ...[String(nghttpdPort), join(dir, 'server-key.pem'), join(dir, 'server.pem')],
    ]),
    run(process.execPath, [relay, ...[farPort, nghttpdPort, roundTripMs / 2].map(String)]),
  ]
  await Promise.all([nginxPort, nghttpdPort, farPort].map(listening))
  return {
    key,
    ca,
    caFile: join(dir, 'ca.pem'),
    keyFile: join(dir, 'key.p8'),
    dir,
    nginx: nginxPort,
    nghttpd: nghttpdPort,
    far: farPort,
    close() {
      for (const child of children) child.kill()
      rmSync(dir, { recursive: true, force: true })
    },
  }
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

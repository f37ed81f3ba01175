import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tokensOf } from './device-tokens.js'
import { clientFor, startScene } from './simulator-scene.js'
import { collect, counts } from './sums.js'

const isInstalled = spawnSync('tinyproxy', ['-v']).status === 0
const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

// A proxy that we did not write; Debian's package of the same name.
describe.skipIf(!isInstalled)('tinyproxy', () => {
  test('with authentication', async () => {
    const port = await startTinyproxy('BasicAuth user pa55')
    const { simulator } = await startScene()
    const client = clientFor(simulator, { proxy: `http://user:pa55@127.0.0.1:${port}` })
    expect(counts(await collect(client.sendMany(message, tokensOf(5000))))).toMatchObject({ accepted: 5000 })
    await expect(client.connect()).resolves.toMatchObject({ proxy: `127.0.0.1:${port}` })

    const stranger = clientFor(simulator, { proxy: `http://user:wrong@127.0.0.1:${port}` })
    await expect(stranger.connect()).rejects.toMatchObject({
      code: 'PUSH_ERR_APNS_PROXY',
      message: expect.stringMatching(
        /refused a connection to localhost:\d+: 40[17] \(give the right user and password/,
      ),
    })
    const nobody = clientFor(simulator, { proxy: `http://127.0.0.1:${port}` })
    await expect(nobody.connect()).rejects.toMatchObject({
      code: 'PUSH_ERR_APNS_PROXY',
      message: expect.stringMatching(/: 407 \(give the right user and password/),
    })
  })

  test('that allows no CONNECT to the port', async () => {
    const port = await startTinyproxy('ConnectPort 443')
    const { simulator } = await startScene()
    const client = clientFor(simulator, { proxy: `http://127.0.0.1:${port}`, connectAttempts: 1 })
    await expect(client.connect()).rejects.toMatchObject({
      code: 'PUSH_ERR_APNS_PROXY',
      message: expect.stringMatching(/: 403 \(it has to allow CONNECT/),
    })
  })
})

/** Starts one that ends with the test; returns its port. */
async function startTinyproxy(...lines: string[]): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-tinyproxy-'))
  const configuration = join(folder, 'tinyproxy.conf')
  const port = await freePort()
  writeFileSync(configuration, [`Port ${port}`, 'Listen 127.0.0.1', 'Timeout 60', ...lines, ''].join('\n'))
  const child = spawn('tinyproxy', ['-d', '-c', configuration], { stdio: 'ignore' })
  const closed = once(child, 'close')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await closed
    rmSync(folder, { recursive: true })
  })
  await expect.poll(() => isListening(port), { timeout: 20_000 }).toBe(true)
  return port
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  await new Promise((closed) => server.close(closed))
  return port
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

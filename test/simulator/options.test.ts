import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type SimulatorOptions, startSimulator } from '../../src/simulator/index.js'
import { afterTest, senderForTest, simulatorForTest } from './http2-sender.js'

test('what callers need to use it', async () => {
  const simulator = await simulatorForTest({ keyId: 'ABCDE12345', teamId: 'TEAM123456' })
  const { hostname, port, controlPort, controlUrl, dir, caFile, keyFile } = simulator
  expect(hostname).toBe('127.0.0.1')
  expect(controlUrl).toBe(`http://127.0.0.1:${controlPort}`)
  expect(simulator.describe()).toEqual({
    hostname,
    port,
    controlUrl,
    dir,
    caFile,
    keyFile,
    keyId: 'ABCDE12345',
    teamId: 'TEAM123456',
  })
  expect(await (await senderForTest(simulator)).push()).toMatchObject({ status: 200 })
})

test('on all addresses it is reached as localhost', async () => {
  const simulator = await simulatorForTest({ host: '0.0.0.0' })
  expect(simulator.hostname).toBe('localhost')
  expect(await (await senderForTest(simulator)).push()).toMatchObject({ status: 200 })
})

test.each<[SimulatorOptions, string]>([
  [{ port: -1 }, 'port: -1 is not a whole number from 0 to 65535'],
  [{ port: 65_536 }, 'port: 65536 is not'],
  [{ controlPort: 1.5 }, 'controlPort: 1.5 is not'],
  [{ host: '' }, 'host: "" is not'],
  [{ dir: '' }, 'dir: "" is not'],
  [{ keyId: 'ABC' }, 'keyId: "ABC" is not 10 capital letters and digits'],
  [{ teamId: 'abcdefghij' }, 'teamId: "abcdefghij" is not'],
  [{ topics: [] }, 'topics: [] is not'],
  [{ topics: [''] }, 'topics: "" is not'],
  [{ certificateHosts: [] }, 'certificateHosts: [] is not'],
  [{ maxConcurrentStreams: 0 }, 'maxConcurrentStreams: 0 is not'],
  [{ initialConcurrentStreams: 1001 }, 'initialConcurrentStreams: 1001 is not a whole number from 1 to 1000'],
  [{ providerTokenMaxAgeMs: -1 }, 'providerTokenMaxAgeMs: -1 is not'],
  [{ providerTokenRefreshMs: -1 }, 'providerTokenRefreshMs: -1 is not'],
  [{ responseDelayMs: Number.NaN }, 'responseDelayMs: null is not'],
  [{ receivedLimit: -1 }, 'receivedLimit: -1 is not'],
])('%j is refused', async (options, message) => {
  const error = await startSimulator(options).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'PUSH_ERR_INPUT_INVALID', message: expect.stringContaining(message) })
})

test.each(['port', 'controlPort'] as const)(
  '%s that is in use is said, and nothing is left behind',
  async (field) => {
    const first = await simulatorForTest()
    // Temporary folders of this start go here, so that those of other tests are not counted.
    const before = process.env['TMPDIR']
    const folder = mkdtempSync(join(tmpdir(), 'simulator-test-'))
    process.env['TMPDIR'] = folder
    afterTest(() => {
      if (before === undefined) delete process.env['TMPDIR']
      else process.env['TMPDIR'] = before
      rmSync(folder, { recursive: true })
    })
    await expect(startSimulator({ [field]: first[field] })).rejects.toMatchObject({
      code: 'PUSH_ERR_LISTEN',
      field,
      message: `${field}: the simulator cannot listen on 127.0.0.1, port ${first[field]}: it is in use`,
    })
    expect(readdirSync(folder)).toEqual([])
  },
)

test('all answers wait for responseDelayMs', async () => {
  const simulator = await simulatorForTest({ responseDelayMs: 30 })
  const sender = await senderForTest(simulator)
  const started = performance.now()
  await sender.push()
  expect(performance.now() - started).toBeGreaterThan(25)
})

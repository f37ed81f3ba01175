import { describe, expect, test } from 'vitest'
import { tokenOf, tokensOf } from '../apns/client/device-tokens.js'
import { collect, counts } from '../apns/client/sums.js'
import { startApache } from './apache.js'
import { startH2o } from './h2o.js'
import { clientFor, expectEachOnce, type InteropServer } from './interop-server.js'
import { startNghttpd } from './nghttpd.js'
import { startNginx } from './nginx.js'
import { startNodeServer } from './node-server.js'
import { hasProgram } from './server-process.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }
const count = 20_000
const tokens = tokensOf(count)
/** nghttpd wants a file for each. */
const fewDevices = 100
const ofFewDevices = tokens.map((_, number) => tokenOf(number % fewDevices))

/** Apache httpd needs half a millisecond for each. */
const forApache = tokens.slice(0, 5000)

const servers: readonly {
  name: string
  program?: string
  start: () => Promise<InteropServer>
  devices?: readonly string[]
}[] = [
  { name: 'nginx', program: 'nginx', start: startNginx },
  { name: 'Apache httpd', program: 'apache2', start: startApache, devices: forApache },
  { name: 'h2o', program: 'h2o', start: startH2o },
  {
    name: 'nghttpd',
    program: 'nghttpd',
    start: () => startNghttpd(tokensOf(fewDevices)),
    devices: ofFewDevices,
  },
  { name: 'node:http2', start: startNodeServer },
]

for (const { name, program, start, devices = tokens } of servers) {
  describe.skipIf(program !== undefined && !hasProgram(program))(name, () => {
    test('sendMany over one connection', async () => {
      const server = await start()
      const client = clientFor(server, { maxConnections: 1 })
      const sum = await collect(client.sendMany(message, devices))
      expect(counts(sum)).toEqual({ accepted: devices.length, rejected: 0, unknown: 0, unsent: 0 })
      expect(sum.settled).toBe(devices.length)
      if (server.requests !== undefined) await expectEachOnce(server.requests, devices)
    })

    test('send, all at once', async () => {
      const server = await start()
      const client = clientFor(server)
      const some = devices.slice(0, 1000)
      const outcomes = await Promise.all(some.map((token) => client.send({ ...message, token })))
      expect(outcomes.map(({ token }) => token)).toEqual(some)
      expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['accepted']))
      if (server.requests !== undefined) await expectEachOnce(server.requests, some)
    })
  })
}

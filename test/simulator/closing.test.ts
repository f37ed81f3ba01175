import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import { expect, test } from 'vitest'
import { startSimulator } from '../../src/simulator/index.js'
import { afterTest, senderForTest, simulatorForTest, token } from './http2-sender.js'

test('close says GOAWAY, and what is answered in time is answered', async () => {
  const simulator = await simulatorForTest({ responseDelayMs: 50 })
  const sender = await senderForTest(simulator)
  const goaway = once(sender.session, 'goaway')
  const reply = sender.push()
  await expect.poll(() => simulator.stats().received).toBe(1)
  await simulator.close()
  expect(await reply).toMatchObject({ status: 200 })
  const [code] = await goaway
  expect(code).toBe(0)
})

test('a stream that never ends does not hold it up', async () => {
  const simulator = await simulatorForTest()
  const sender = await senderForTest(simulator)
  simulator.markSlow(token, 2_000_000_000)
  const reply = sender.push().catch((error: Error) => error)
  await expect.poll(() => simulator.stats().received).toBe(1)
  await simulator.close()
  expect(await reply).toBeInstanceOf(Error)
  expect(simulator.stats()).toMatchObject({ accepted: 1, unanswered: 1, connections: { open: 0 } })
})

test('neither do connections that say nothing, on either port', async () => {
  const simulator = await simulatorForTest()
  for (const port of [simulator.port, simulator.controlPort]) {
    const socket = connectTcp(port, '127.0.0.1')
    afterTest(() => socket.destroy())
    socket.on('error', () => {})
    await once(socket, 'connect')
  }
  await simulator.close()
})

test('the ports are free afterwards; close may be called again', async () => {
  const first = await startSimulator()
  const { port, controlPort } = first
  await Promise.all([first.close(), first.close()])
  await first.close()
  const second = await simulatorForTest({ port, controlPort })
  expect(second).toMatchObject({ port, controlPort })
})

test('await using closes it', async () => {
  let port = 0
  {
    await using simulator = await startSimulator()
    port = simulator.port
  }
  await simulatorForTest({ port })
})

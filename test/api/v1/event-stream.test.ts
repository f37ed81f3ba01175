import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { eventStream } from '../../../src/api/v1/push-events.js'
import { silentLogger, systemClock } from '../../../src/base/index.js'
import { Delivery } from '../../../src/delivery/index.js'
import { Resources } from '../../../src/resources/index.js'
import { startApi } from '../start-api.js'

/** The events of a push that waits. */
async function waiting() {
  const { store, register, v1, serviceId } = await startApi()
  await register()
  await v1('POST', '/pushes', { notification: { service: serviceId, message: 'Hi' } })
  const delivery = new Delivery({ store, clock: systemClock, logger: silentLogger })
  onTestFinished(() => delivery.close())
  const { pushes } = new Resources({ store, delivery, clock: systemClock })
  return { store, serviceId, pushes }
}

test('a push that goes away while a slow client is waited for ends its stream, not the process', async () => {
  const { store, serviceId, pushes } = await waiting()
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  onTestFinished(() => void process.off('unhandledRejection', note))
  const stream = eventStream(pushes, 1, { signal: new AbortController().signal })
  await stream.next()
  expect((await stream.next()).value).toContain('event: progress')
  // Nobody asks for more, and the next event is looked for.
  const look = vi.spyOn(store.pushes, 'get')
  await store.services.remove(serviceId, { cascade: true })
  const gone = { type: 'fulfilled', value: undefined }
  await vi.waitFor(() => expect(look.mock.settledResults).toContainEqual(gone), { timeout: 20_000 })
  await nextTurn()
  await nextTurn()
  expect(unhandled).toEqual([])
  await expect(stream.next()).rejects.toMatchObject({ code: 'PUSH_ERR_PUSH_NOT_FOUND' })
})

test('a sign of life comes where nothing happens, and the signal ends it', async () => {
  const { pushes } = await waiting()
  const abort = new AbortController()
  const seen: string[] = []
  for await (const text of eventStream(pushes, 1, { signal: abort.signal, beatMs: 5 })) {
    seen.push(text)
    if (seen.filter((one) => one === ': still here\n\n').length === 3) abort.abort()
  }
  expect(seen.filter((one) => one.startsWith('event: progress'))).toHaveLength(1)
  expect(seen.filter((one) => one.startsWith('event: end'))).toHaveLength(0)
})

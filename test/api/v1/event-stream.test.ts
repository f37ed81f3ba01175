import { expect, test } from 'vitest'
import { eventStream } from '../../../src/api/v1/push-events.js'
import { silentLogger, systemClock } from '../../../src/base/index.js'
import { Delivery } from '../../../src/delivery/index.js'
import { Resources } from '../../../src/resources/index.js'
import { startApi } from '../start-api.js'

test('a sign of life comes where nothing happens, and the signal ends it', async () => {
  const { store, register, v1, serviceId } = await startApi()
  await register()
  await v1('POST', '/pushes', { notification: { service: serviceId, message: 'Hi' } })
  await using delivery = new Delivery({ store, clock: systemClock, logger: silentLogger })
  const { pushes } = new Resources({ store, delivery, clock: systemClock })
  const abort = new AbortController()
  const seen: string[] = []
  for await (const text of eventStream(pushes, 1, { signal: abort.signal, beatMs: 5 })) {
    seen.push(text)
    if (seen.filter((one) => one === ': still here\n\n').length === 3) abort.abort()
  }
  expect(seen.filter((one) => one.startsWith('event: progress'))).toHaveLength(1)
  expect(seen.filter((one) => one.startsWith('event: end'))).toHaveLength(0)
})

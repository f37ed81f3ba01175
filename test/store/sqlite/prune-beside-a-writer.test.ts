import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { expect, onTestFinished, test } from 'vitest'
import { addDevices, addService, describeStore } from '../describe-store.js'

describeStore('devices are pruned while somebody else writes', (context) => {
  /** Somebody else who holds the lock, until he commits. */
  function writer() {
    const other = new Database(join(context.folder, 'store.sqlite'))
    onTestFinished(() => {
      other.close()
    })
    other.exec('begin immediate')
    return other
  }

  test('they are looked for without the lock', async () => {
    const service = await addService(context.store)
    await addDevices(context.store, service, 3, 1000)
    const none = { serviceId: service.id, isActive: true, unseenSince: 1000 }
    writer()
    expect(await context.store.devices.removeAged(none, { after: 0, limit: 10 })).toEqual({ ids: [] })
  })

  test('who has come back meanwhile stays, and the next page goes on behind the last that was found', async () => {
    const service = await addService(context.store)
    await addDevices(context.store, service, 4, 1000)
    const age = { serviceId: service.id, isActive: true, unseenSince: 2000 }
    const other = writer()
    const removed = context.store.devices.removeAged(age, { after: 0, limit: 3 })
    // It has found three, and waits for the lock.
    await setImmediate()
    other.exec('update devices set registered_at = 3000 where id in (1, 3)')
    other.exec('commit')
    expect(await removed).toEqual({ ids: [2], last: 3 })
    expect(await context.store.devices.removeAged(age, { after: 3, limit: 3 })).toEqual({ ids: [4] })
    expect((await context.store.devices.list({})).devices.map(({ id }) => id)).toEqual([1, 3])
  })
})

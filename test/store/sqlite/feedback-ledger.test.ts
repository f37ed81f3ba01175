import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { acceptedPage, addDevices, addService, describeStore, planPush, tokenOf } from '../describe-store.js'

describeStore('the feedback ledger', (context) => {
  test.each([
    [true, [null, 6000]],
    [false, [null, null]],
  ])('every 410 is written; applied at once: %s', async (deactivate, appliedAt) => {
    const { store, folder } = context
    const service = await addService(store)
    await addDevices(store, service, 2)
    const { id } = await planPush(store, service)
    const chunk = (await store.pushes.lease(id, 'me', 5000, 9000))!
    const counts = { accepted: 0, rejected: 2, unknown: 0, unsent: 0 }
    const feedback = [900, 2000].map((timestamp, index) => ({
      ...{ deviceId: index + 1, token: tokenOf(index + 1), reason: 'Unregistered', timestamp },
    }))
    const page = { ...acceptedPage([]), position: 2, counts, feedback, deactivate }
    await store.pushes.record({ chunkId: chunk.id, fence: chunk.fence, ...page })
    const raw = new Database(join(folder, 'store.sqlite'), { readonly: true })
    const rows = raw.prepare('select * from feedback order by id').all()
    raw.close()
    expect(rows).toEqual(
      feedback.map(({ deviceId, token, reason, timestamp }, index) => ({
        ...{ id: index + 1, service_id: 1, device_id: deviceId, token, reason, timestamp, received_at: 6000 },
        applied_at: appliedAt[index],
        undone_at: null,
      })),
    )
  })
})

import { expect, test } from 'vitest'
import { addDevices, addService, describeStore, planPush } from './describe-store.js'

const day = 24 * 3_600_000

describeStore('what is written down of devices', (context) => {
  test('a push that never ends keeps it a year longer; then its outcomes are not known', async () => {
    const { store } = context
    const service = await addService(store)
    await addDevices(store, service, 2)
    const made = 100 * day
    const push = await planPush(store, service, { at: made })
    const chunk = (await store.pushes.lease(push.id, 'me', made, made + 10))!
    await store.pushes.record({
      ...{ chunkId: chunk.id, fence: chunk.fence, position: 2, acceptedIds: [1, 2], deliveries: [] },
      counts: { accepted: 2, rejected: 0, unknown: 0, unsent: 0 },
      ...{ feedback: [], deactivate: false, at: made + 1 },
    })
    await store.devices.update(1, { isActive: false }, made + day)
    const timeline = async (id: number) =>
      (await store.devices.timeline(id, { limit: 10 })).entries.map((entry) =>
        entry.kind === 'push' ? `push ${entry.outcome} ${entry.reason}` : entry.kind,
      )
    const known = [
      ['deactivated', 'push notKnown ActivityChanged', 'added'],
      ['push accepted null', 'added'],
    ]

    expect(await store.devices.pruneEvents(made + 365 * day, 100)).toBe(false)
    expect([await timeline(1), await timeline(2)]).toEqual(known)
    while (await store.devices.pruneEvents(made + 367 * day, 100)) {}
    const gone = ['push notKnown Pruned', 'added']
    expect([await timeline(1), await timeline(2)]).toEqual([gone, gone])
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../../../src/store/index.js'
import { addDevices, addService, planPush } from '../describe-store.js'
import { compileStore, runAtOnce } from './other-process.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'store-'))
  compileStore(folder)
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('several processes on one file', () => {
  test('that start at once: one migrates, all succeed, and all have the same secret key', async () => {
    const key = `{ p8: 'a secret', keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' }`
    const results = await runAtOnce(
      folder,
      4,
      `const store = await openStore({ database })
      const migrated = await store.migrate()
      const service = { name: String(index), hostname: 'h', topic: 't', credential: { kind: 'key', key: ${key} } }
      await store.services.create(service, 1)
      await store.close()
      return migrated`,
    )
    expect(results.sort()).toEqual([0, 0, 0, expect.any(Number)])
    expect(results.at(-1)).toBeGreaterThan(0)
    await using store = await openStore({ database: join(folder, 'data/store.sqlite') })
    const services = await store.services.list()
    expect(services).toHaveLength(4)
    for (const { id } of services)
      expect(await store.services.credential(id)).toMatchObject({ key: { p8: 'a secret' } })
  })

  test('that register the same devices: one row and one creation each', async () => {
    await using store = await openStore({ database: join(folder, 'data/store.sqlite') })
    await store.migrate()
    await addService(store)
    const results = await runAtOnce(
      folder,
      3,
      `const store = await openStore({ database })
      let created = 0
      for (let n = 0; n < 200; n++) {
        const result = await store.devices.register({ token: (4096 + n).toString(16), serviceId: 1, at: index })
        if (result.created) created++
      }
      await store.close()
      return created`,
    )
    expect((results as number[]).reduce((sum, count) => sum + count)).toBe(200)
    expect(await store.devices.count({})).toBe(200)
  })

  test('that work off one push: every chunk once, and the sums agree', async () => {
    await using store = await openStore({ database: join(folder, 'data/store.sqlite') })
    await store.migrate()
    const service = await addService(store)
    await addDevices(store, service, 200)
    const { id } = await planPush(store, service, { chunkSize: 5 })
    const results = await runAtOnce(
      folder,
      3,
      `const store = await openStore({ database })
      const seen = []
      for (;;) {
        const chunk = await store.pushes.lease(${id}, String(index), 6000, 9000)
        if (chunk === undefined) break
        const { ids } = await store.pushes.page(chunk, chunk.position, 100)
        const counts = { accepted: ids.length - 1, rejected: 1, unknown: 0, unsent: 0 }
        const { id: chunkId, fence } = chunk
        const deliveries = [{ deviceId: ids[0], outcome: 'rejected', reason: 'x', status: 400, apnsId: null, at: 1 }]
        const rest = { acceptedIds: ids.slice(1), deliveries, feedback: [], deactivate: true, at: 7000 }
        const recorded = await store.pushes.record({ chunkId, fence, position: ids.at(-1), counts, ...rest })
        if (recorded && (await store.pushes.finishChunk(chunkId, fence, 8000))) seen.push(...ids)
      }
      await store.pushes.finish(${id}, 'done', null, 8000)
      await store.close()
      return seen`,
    )
    const seen = (results as number[][]).flat().sort((a, b) => a - b)
    expect(seen).toEqual(Array.from({ length: 200 }, (_, n) => n + 1))
    expect(await store.pushes.get(id)).toMatchObject({
      state: 'done',
      accepted: 160,
      rejected: 40,
      unsent: 0,
    })
    expect(await store.pushes.deliveries(id)).toHaveLength(40)
  })
})

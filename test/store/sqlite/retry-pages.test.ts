import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { walkAudience } from '../../../src/store/sqlite/audience-walk.js'
import { SqliteDatabase } from '../../../src/store/sqlite/sqlite-database.js'
import { addDevices, addService, describeStore, planPush, tokenOf } from '../describe-store.js'

describeStore('devices of a push that is tried again', (context) => {
  test.each([
    ['all', { kind: 'all' }],
    ['named', { kind: 'tokens', tokens: Array.from({ length: 7 }, (_, n) => tokenOf(n + 1)) }],
  ] as const)(
    'a page reads no more than it tells: what is left of %s is never sorted',
    async (_, audience) => {
      const { store } = context
      const service = await addService(store)
      await addDevices(store, service, 7)
      const { id: pushId } = await planPush(store, service, { audience, chunkSize: 3 })
      await store.pushes.finish(pushId, 'cancelled', null, 6000)
      const db = new SqliteDatabase(join(context.folder, 'store.sqlite'))
      try {
        const compiled = vi.spyOn(db, 'compiled')
        const causes = [{ outcome: 'unsent', reason: 'NotAttempted' }] as const
        const page = walkAudience(db, service.id, { kind: 'retry', pushId, causes }, 2)
        expect(page).toEqual({ ids: '[3,4,5,6,7]', active: 5, inactive: 0, next: null })

        // A sort would read all that is left, for every page again.
        const { sql, parameters } = compiled.mock.calls[0]![0].compile(db.kysely)
        const steps = db.statement(`explain query plan ${sql}`).all(...parameters) as Step[]
        const parts = steps
          .filter(({ detail }) => detail.startsWith('SEARCH chunks'))
          .map(({ parent }) => parent)
        expect(parts).toHaveLength(2)
        const sorts = steps.filter(
          ({ parent, detail }) => parts.includes(parent) && detail.includes('B-TREE'),
        )
        expect(sorts).toEqual([])
      } finally {
        await db.close()
      }
    },
  )
})

/** A line of EXPLAIN QUERY PLAN. */
interface Step {
  id: number
  parent: number
  detail: string
}

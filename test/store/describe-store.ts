import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe } from 'vitest'
import type { Audience, NewService, Push, Service } from '../../src/model/index.js'
import { openStore, type Store } from '../../src/store/index.js'
import { newP8 } from '../model/credentials.js'

/** The databases that the contract of `Store` is tested on. */
const databases = [{ name: 'SQLite', url: (folder: string) => `sqlite:${join(folder, 'store.sqlite')}` }]

/** What a test has: an empty, migrated store, the folder that is its own, and how to open the same database again. */
export interface StoreContext {
  store: Store
  folder: string
  reopen(secretKey?: string): Promise<Store>
}

/** Runs tests on every database; each test has a store of its own. */
export function describeStore(title: string, tests: (context: StoreContext) => void): void {
  describe.each(databases)(`${title} ($name)`, ({ url }) => {
    const context = {} as StoreContext
    let opened: Store[] = []
    beforeEach(async () => {
      context.folder = mkdtempSync(join(tmpdir(), 'store-'))
      context.reopen = async (secretKey) => {
        const database = url(context.folder)
        const store = await openStore({ database, ...(secretKey !== undefined && { secretKey }) })
        opened.push(store)
        return store
      }
      context.store = await context.reopen()
      await context.store.migrate()
    })
    afterEach(async () => {
      for (const store of opened) await store.close()
      opened = []
      rmSync(context.folder, { recursive: true })
    })
    tests(context)
  })
}

const key = { p8: newP8(), keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' }

/** A service with a key. */
export function addService(store: Store, change: Partial<NewService> = {}): Promise<Service> {
  const service = { name: 'production', hostname: 'api.push.apple.com', topic: 'com.example.app' }
  return store.services.create({ ...service, credential: { kind: 'key', key }, ...change }, 1000)
}

/** The token of device number `n`. */
export function tokenOf(n: number): string {
  return n.toString(16).padStart(64, '0')
}

/** Registers devices with the tokens of 1 to `count`; on an empty store these are their ids. */
export async function addDevices(store: Store, service: Service, count: number, at = 1000): Promise<void> {
  for (let n = 1; n <= count; n++) {
    await store.devices.register({ token: tokenOf(n), serviceId: service.id, at })
  }
}

let pushes = 0

/** Plans a push at time 5000. */
export function planPush(
  store: Store,
  service: Service,
  {
    audience = { kind: 'all' },
    chunkSize = 10,
    notificationId = null as number | null,
    at = 5000,
  }: {
    audience?: Audience
    chunkSize?: number
    notificationId?: number | null
    at?: number
  } = {},
): Promise<Push> {
  return store.pushes.plan({
    uuid: `uuid-${++pushes}`,
    ...{ serviceId: service.id, notificationId, audience, chunkSize, at },
    ...{ payload: '{"aps":{}}', pushType: 'alert', topic: service.topic },
    ...{ priority: null, expiration: null, collapseId: null },
  })
}

/** What a page of nothing but acceptances is recorded as. */
export function acceptedPage(ids: readonly number[], at = 6000) {
  return {
    position: ids.at(-1) ?? 0,
    counts: { accepted: ids.length, rejected: 0, unknown: 0, unsent: 0 },
    acceptedIds: ids,
    deliveries: [],
    feedback: [],
    deactivate: true,
    at,
  }
}

import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { addService, describeStore } from '../describe-store.js'

describeStore('a damaged row', (context) => {
  test('keeps no other device from registering in the same turn', async () => {
    const { store, folder } = context
    const { id: serviceId } = await addService(store)
    await store.devices.register({ token: 'a0', serviceId, at: 1 })
    const database = new Database(join(folder, 'store.sqlite'))
    database.exec("update devices set attributes = '{bad' where token = 'a0'")
    database.close()
    const inputs = ['a0', 'b1', 'b2'].map((token) => ({ token, serviceId, at: 2 }))
    const results = await Promise.allSettled(inputs.map((input) => store.devices.register(input)))
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled'])
  })
})

import { expect, test } from 'vitest'
import { newP8 } from '../../model/credentials.js'
import { startApi, token } from '../start-api.js'

test('lists can be read backwards, page by page', async () => {
  const { v1, register, serviceId, store } = await startApi()
  const key = { p8: newP8(), keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' }
  const schedule = { notification: { service: serviceId, message: 'Hi' }, cron: '0 9 * * *', timeZone: 'UTC' }
  for (const n of [1, 2, 3]) {
    const service = { name: `${n}`, hostname: 'api.push.apple.com', topic: 'com.example.app', key }
    await v1('POST', '/services', service)
    await register(token.replace(/^./, `${n}`))
    await v1('POST', '/users', { username: `user ${n}` })
    await v1('POST', '/tokens', { name: `${n}`, scopes: ['push'] })
    await v1('POST', '/schedules', schedule)
    await v1('POST', '/feedback-services', { name: `${n}`, hostname: 'feedback.example', service: serviceId })
    await v1('POST', '/notifications', { service: serviceId, message: `${n}` })
    await v1('POST', '/pushes', { notification: { service: serviceId, message: `${n}` } })
  }
  for (const list of [
    ...[
      'devices',
      'services',
      'users',
      'tokens',
      'schedules',
      'feedback-services',
      'notifications',
      'pushes',
    ],
  ]) {
    const all: { id: number }[] = (await v1('GET', `/${list}`)).json.items
    expect(all.length, list).toBeGreaterThan(2)
    const backwards = []
    for (let after: number | null = 0; after !== null; ) {
      const { status, json } = await v1(
        'GET',
        `/${list}?order=desc&limit=2${after > 0 ? `&after=${after}` : ''}`,
      )
      expect(status, list).toBe(200)
      backwards.push(...json.items)
      after = json.next
    }
    expect(backwards, list).toEqual(all.toReversed())
    expect(await v1('GET', `/${list}?order=random`), list).toMatchObject({
      status: 400,
      json: { field: 'order' },
    })
  }
  expect(await v1('GET', '/feedback?order=desc')).toMatchObject({
    status: 200,
    json: { items: [], next: null },
  })
  expect(await store.feedback.list({ order: 'desc' })).toEqual([])
})

test('notifications are found by what they say and by time', async () => {
  const { v1, serviceId, clock } = await startApi()
  for (const message of ['Hello', 'World', 'hello world']) {
    await v1('POST', '/notifications', { service: serviceId, message })
    clock.time += 1000
  }
  const found = async (query: string) =>
    (await v1('GET', `/notifications?${query}`)).json.items.map(({ id }: { id: number }) => id)
  expect(await found('search=hello&order=desc')).toEqual([3, 1])
  expect(await found('search=hello&limit=1')).toEqual([1])
  const at = new Date(clock.time - 2000).toISOString()
  expect(await found(`createdSince=${at}`)).toEqual([2, 3])
  expect(await found(`createdBefore=${at}&search=`)).toEqual([1])
  expect(await found(`lastSentSince=${at}`)).toEqual([])
  expect(await v1('GET', '/notifications?createdSince=2026-02-30T00:00:00Z')).toMatchObject({ status: 400 })
})

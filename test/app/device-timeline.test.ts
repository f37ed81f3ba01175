import { expect, test } from 'vitest'
import type { App, Device } from '../../src/app/index.js'
import type { TimelineEntry } from '../../src/model/index.js'
import { type AppScene, openAppScene, tokenOf } from './app-scene.js'

async function addService(scene: AppScene): Promise<number> {
  return (await scene.app.services.create({ ...scene.service, key: scene.simulator.key })).id
}

async function register(app: App, service: number, position: number): Promise<Device> {
  return (await app.devices.register({ token: tokenOf(position), service })).device
}

/** What happened, without its times. */
function told(entry: TimelineEntry): string {
  if (entry.kind === 'push')
    return `push ${entry.push.id} ${entry.outcome}${entry.reason === null ? '' : ` ${entry.reason}`}`
  if (entry.kind === 'feedback') return `feedback ${entry.feedback.reason}`
  return 'reason' in entry && entry.reason !== null ? `${entry.kind} ${entry.reason}` : entry.kind
}

async function timeline(app: App, id: number): Promise<string[]> {
  const { entries, next } = await app.devices.timeline(id)
  expect(next).toBeNull()
  return entries.map(told)
}

test('why did somebody not get a push: accepted, dead, inactive, taken back, registered again', async () => {
  await using scene = await openAppScene()
  const { app, simulator } = scene
  const service = await addService(scene)
  const device = await register(app, service, 1)
  await register(app, service, 2)
  await app.push({ service, message: 'one' })
  simulator.unregister(device.token)
  await app.push({ service, message: 'two' })
  await app.push({ service, message: 'three' })
  await app.devices.reactivate({ devices: [device.id] })
  await app.devices.deactivate({ devices: [device.id] })
  await register(app, service, 1)
  expect(await timeline(app, device.id)).toEqual([
    'returned operator',
    'deactivated operator',
    'reactivated Unregistered',
    'push 3 skipped Inactive',
    // Of the same moment.
    ...['deactivated Unregistered', 'feedback Unregistered', 'push 2 rejected Unregistered'],
    'push 1 accepted',
    'added',
  ])
  expect(await timeline(app, 2)).toEqual(['push 3 accepted', 'push 2 accepted', 'push 1 accepted', 'added'])
  const { entries } = await app.devices.timeline(device.id)
  const [first, second] = entries.filter((entry) => entry.kind === 'push').reverse()
  const sent = simulator.received().filter(({ token }) => token === device.token)
  expect([first, second]).toMatchObject([
    { status: null, apnsId: sent[0]!.apnsId, push: { payload: '{"aps":{"alert":"one"}}' } },
    { status: 410, apnsId: sent[1]!.apnsId },
  ])
})

test('a push that has not come to a device waits; one that was made before it registered does not cover it', async () => {
  await using scene = await openAppScene()
  const { app } = scene
  const service = await addService(scene)
  await register(app, service, 1)
  const { id } = await app.submit({ service, message: 'later' })
  await app.submit({ service, message: 'later still' }, { at: new Date(Date.now() + 3_600_000) })
  await register(app, service, 2)
  expect(await timeline(app, 1)).toEqual(
    expect.arrayContaining(['push 2 waiting', 'push 1 waiting', 'added']),
  )
  expect(await timeline(app, 2)).toEqual(
    expect.arrayContaining(['push 2 waiting', 'push 1 skipped NotRegistered', 'added']),
  )
  await app.pushes.cancel(id)
  await app.pushes.cancel(2)
  expect(await timeline(app, 1)).toEqual(
    expect.arrayContaining(['push 2 unsent NotAttempted', 'push 1 unsent NotAttempted']),
  )
  // What was over before a device came has nothing to do with it.
  await register(app, service, 3)
  expect(await timeline(app, 3)).toEqual(['added'])
})

test('a push to named devices is told to them alone', async () => {
  await using scene = await openAppScene()
  const { app } = scene
  const service = await addService(scene)
  for (const position of [1, 2]) await register(app, service, position)
  await app.push({ service, message: 'you' }, { tokens: [tokenOf(1)] })
  expect(await timeline(app, 1)).toEqual(['push 1 accepted', 'added'])
  expect(await timeline(app, 2)).toEqual(['added'])
})

test('what is not kept any more is not claimed', async () => {
  await using scene = await openAppScene()
  const { app } = scene
  const service = await addService(scene)
  for (const position of [1, 2]) await register(app, service, position)
  await app.push({ service, message: 'all' })
  await app.push({ service, message: 'you' }, { tokens: [tokenOf(1)] })
  const store = scene.app.store as unknown as {
    pushes: { prune(before: number, limit: number, at: number): Promise<boolean> }
  }
  // In the middle of pruning it is the same.
  await store.pushes.prune(Date.now() + 1, 1, Date.now())
  expect(await timeline(app, 2)).toEqual(['push 1 notKnown Pruned', 'added'])
  while (await store.pushes.prune(Date.now() + 1, 100, Date.now())) {}
  expect(await timeline(app, 1)).toEqual(['push 1 notKnown Pruned', 'added'])
})

test('at a local time: who waits, who accepted, who came too late', async () => {
  await using scene = await openAppScene()
  const { app } = scene
  const service = await addService(scene)
  for (const position of [1, 2]) await register(app, service, position)
  await app.devices.update(2, { isActive: false })
  // A quarter of an hour ago in UTC: what is not an hour late is sent.
  const localTime = new Date(Date.now() - 900_000).toISOString().slice(0, 19)
  const { id } = await app.submit({ service, message: 'morning' }, { localTime, timeZone: 'UTC' })
  expect(await timeline(app, 1)).toEqual(['push 1 waiting', 'added'])
  app.work()
  for await (const _ of app.pushes.events(id)) {
    // Until it has ended.
  }
  expect(await timeline(app, 1)).toEqual(['push 1 accepted', 'added'])
  expect((await timeline(app, 2)).filter((one) => one.startsWith('push'))).toEqual([
    'push 1 skipped Inactive',
  ])
})

test('pages together tell the same as one, whatever their size', async () => {
  await using scene = await openAppScene()
  const { app } = scene
  const service = await addService(scene)
  for (const position of [1, 2]) await register(app, service, position)
  for (let n = 0; n < 3; n++) {
    await app.push({ service, message: `${n}` }, { tokens: [tokenOf(1 + (n % 2))] })
    await app.devices.deactivate({ devices: [1] })
    await app.devices.reactivate({ devices: [1] })
  }
  // More than one page looks at, none of which has to do with the device.
  for (let n = 0; n < 205; n++) await app.submit({ service, message: 'x' }, { tokens: [tokenOf(2)] })
  const whole: string[] = []
  for (let after: string | undefined, isEnd = false; !isEnd; ) {
    const page = await app.devices.timeline(1, after === undefined ? {} : { after })
    whole.push(...page.entries.map(told))
    isEnd = page.next === null
    after = page.next ?? undefined
  }
  expect(whole).toHaveLength(9)
  expect(whole.at(-1)).toBe('added')
  for (const limit of [1, 2, 3, 9]) {
    const paged: string[] = []
    for (let after: string | undefined, isEnd = false; !isEnd; ) {
      const page = await app.devices.timeline(1, { limit, ...(after !== undefined && { after }) })
      expect(page.entries.length).toBeLessThanOrEqual(limit + 1)
      paged.push(...page.entries.map(told))
      isEnd = page.next === null
      after = page.next ?? undefined
    }
    expect(paged).toEqual(whole)
  }
  await expect(app.devices.timeline(1, { after: 'x' })).rejects.toMatchObject({ field: 'after' })
  await expect(app.devices.timeline(9)).rejects.toMatchObject({ code: 'PUSH_ERR_DEVICE_NOT_FOUND' })
})

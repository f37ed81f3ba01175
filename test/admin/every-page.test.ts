import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Admin, hasBrowser, openAdmin, username } from './open-admin.js'

/** Path below `/admin`, heading, and something that is there when all is loaded. */
type Look = readonly [path: string, heading: string, text: string | RegExp]

/** Where there is nothing yet. */
const empty: readonly Look[] = [
  ['/', 'Dashboard', 'Nothing was pushed in the last hour.'],
  ['/notifications', 'Notifications', 'There is no notification yet.'],
  ['/notifications/new', 'New notification', 'Add a service'],
  ['/pushes', 'Pushes', 'Nothing was pushed yet.'],
  ['/schedules', 'Schedules', 'There is no schedule yet.'],
  ['/schedules/new', 'New schedule', 'Push a notification'],
  ['/devices', 'Devices', 'There is no device yet.'],
  ['/devices/new', 'Add a device', 'Add a service'],
  ['/devices/import', 'Import devices', 'Add a service'],
  ['/services', 'Services', 'There is no service yet.'],
  ['/feedback', 'Feedback', 'Apple has called no device token dead yet.'],
  ['/feedback-services', 'Feedback services', 'There is no feedback service yet.'],
  ['/tokens', 'API tokens', 'There is no token yet.'],
  ['/users/1', username, 'The user has no device.'],
  ['/audit-log?who=nobody', 'Audit log', 'No entry fits these filters.'],
  ['/nowhere', 'There is no such page', 'Go to the dashboard'],
  ['/pushes/9', 'Push 9', 'PUSH_ERR_PUSH_NOT_FOUND'],
  ['/notifications/9', 'Notification 9', 'PUSH_ERR_NOTIFICATION_NOT_FOUND'],
  ['/services/9', 'Service', 'PUSH_ERR_SERVICE_NOT_FOUND'],
]

/** Where there is one of everything, for every page of the program. */
const full: Readonly<Record<string, Look>> = {
  '/': ['/', 'Dashboard', 'accepted 2'],
  '/devices': ['/devices', 'Devices', '000000…000001'],
  '/devices/new': ['/devices/new', 'Add a device', 'demo'],
  '/devices/import': ['/devices/import', 'Import devices', 'demo'],
  '/devices/:id': ['/devices/2', 'Device 2', 'Apple said that the token is dead'],
  '/devices/:id/edit': ['/devices/2/edit', 'Edit device 2', 'anna'],
  '/services': ['/services', 'Services', 'com.example.demo'],
  '/services/new': ['/services/new', 'Add a service', 'Certificate authorities'],
  '/services/:id': ['/services/1', 'demo', 'Replace the credential'],
  '/notifications': ['/notifications', 'Notifications', 'Hello'],
  '/notifications/new': ['/notifications/new', 'New notification', 'wakes nothing'],
  '/notifications/:id': ['/notifications/1', 'Notification 1', 'keeps Apple’s rules'],
  '/notifications/:id/push': ['/notifications/1/push', 'Push now', '2 devices would get it.'],
  '/pushes': ['/pushes', 'Pushes', '1: Hello'],
  '/pushes/:id': ['/pushes/1', 'Push 1', 'device 2'],
  '/schedules': ['/schedules', 'Schedules', '0 9 * * *'],
  '/schedules/new': ['/schedules/new', 'New schedule', 'Choose audience and times'],
  '/users': ['/users', 'Users', 'anna'],
  '/users/new': ['/users/new', 'Add a user', 'Superuser'],
  '/users/:id': ['/users/2', 'anna', '000000…000001'],
  '/tokens': ['/tokens', 'API tokens', 'backend'],
  '/tokens/new': ['/tokens/new', 'Make a token', 'devices:register'],
  '/feedback': ['/feedback', 'Feedback', '000000…000001'],
  '/feedback-services': ['/feedback-services', 'Feedback services', 'nightly'],
  '/feedback-services/new': ['/feedback-services/new', 'Add a feedback service', 'Host name'],
  '/feedback-services/:id': ['/feedback-services/1', 'nightly', 'Call now'],
  '/account': ['/account', 'Password and sessions', 'this one'],
  '/audit-log': ['/audit-log', 'Audit log', 'signIn'],
}

const program = readFileSync(join(import.meta.dirname, '../../admin/web/src/app.tsx'), 'utf8')
const routes = [...program.matchAll(/\['(\/[^']*)', lazy/g)].map(([, path]) => path)

async function lookAtAll({ goto, page, expectAccessible }: Admin, looks: readonly Look[]): Promise<void> {
  await goto('/account', 'Password and sessions')
  for (const [path, heading, text] of looks) {
    // As a link does: much faster than loading it all anew.
    await page.evaluate(`history.pushState(null, '', '/admin${path}')`)
    await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor()
    // Some of it stands in fields only.
    const field = typeof text === 'string' ? page.locator(`input[value="${text}"]`) : page.locator('none')
    await page.getByText(text).filter({ visible: true }).or(field).first().waitFor()
    await page.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' })
    await expect.poll(() => page.title()).toBe(`${heading} · ios-notifications`)
    expect(await page.getByRole('heading', { level: 1 }).count(), path).toBe(1)
    await expectAccessible()
  }
}

describe.skipIf(!hasBrowser)('every page of the admin', () => {
  test('is accessible where there is nothing yet', { timeout: 480_000 }, async () => {
    await lookAtAll(await openAdmin({ withService: false }), empty)
  })

  test('is accessible where there is something', { timeout: 600_000 }, async () => {
    expect(Object.keys(full).sort()).toEqual(routes.sort())
    const admin = await openAdmin()
    const { app, service, simulator, registerDevices } = admin
    const tokens = await registerDevices(3)
    const { id: user } = await app.users.create({ username: 'anna' })
    await app.devices.update(2, { users: [user] })
    simulator.unregister(tokens[1]!, Date.now() + 60_000)
    const notification = await app.notifications.create({ service, message: 'Hello' })
    expect(await app.push(notification)).toMatchObject({ accepted: 2, rejected: 1 })
    await app.schedules.create({ cron: '0 9 * * *', timeZone: 'UTC', notification })
    await app.feedbackServices.create({ name: 'nightly', hostname: 'feedback.push.apple.com', service })
    await app.tokens.create({ name: 'backend', scopes: ['push'] })
    await lookAtAll(admin, Object.values(full))
  })
})

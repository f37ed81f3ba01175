import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin, username } from './open-admin.js'

/** Keeps requests of this URL from the server until what it returns is called. */
async function hold(page: Page, url: RegExp): Promise<() => void> {
  let letGo = () => {}
  const held = new Promise<void>((resolve) => {
    letGo = resolve
  })
  await page.route(url, async (route) => {
    await held
    await route.continue()
  })
  return letGo
}

const value = (page: Page, label: string) => page.getByLabel(label, { exact: true }).inputValue()

describe.skipIf(!hasBrowser)('what is typed and not saved', () => {
  test('is lost by no link, by no way back, and by no closing, unless somebody says so', async () => {
    const { page, goto, expectAccessible } = await openAdmin()
    const question = page.getByRole('dialog', { name: 'Leave without saving?' })
    const stay = question.getByRole('button', { name: 'Stay' })
    const answer = async (name: 'Stay' | 'Leave') => {
      await question.getByRole('button', { name }).click()
      await question.waitFor({ state: 'detached' })
    }
    const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
    await goto('/services', 'Services')
    await page.getByRole('link', { name: 'Notifications', exact: true }).click()
    await page.getByRole('link', { name: 'Compose a notification' }).first().click()
    await heading('New notification')
    // The only service is chosen already, which is nothing to be lost.
    expect(await page.getByRole('combobox', { name: 'Service' }).inputValue()).toBe('demo')
    await page.getByRole('link', { name: '← Notifications' }).click()
    await page.goBack()
    await page.getByLabel('Title', { exact: true }).fill('half written')

    // By the menu. Who presses Enter at once stays.
    await page.getByRole('link', { name: 'Devices' }).click()
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Stay')
    await expectAccessible()
    await page.keyboard.press('Enter')
    await question.waitFor({ state: 'detached' })
    expect(await value(page, 'Title')).toBe('half written')

    // By the way back, of one step and of two, and forward; who goes on while asked has not answered.
    for (const steps of [-1, -2, 1]) {
      await page.evaluate(`history.go(${steps})`)
      await stay.waitFor()
      if (steps === -2) {
        await page.evaluate('history.back()')
        await page.waitForURL('**/notifications/new')
      }
      await answer('Stay')
      expect(new URL(page.url()).pathname).toBe('/admin/notifications/new')
      expect(await value(page, 'Title')).toBe('half written')
    }
    // A part of the same page is no other page, however often it is gone to.
    await page.evaluate("for (const _ of [1, 2]) location.hash = 'page'")
    await page.goBack()
    await page.getByRole('button', { name: `Account of ${username}` }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await answer('Stay')
    const [dialog] = await Promise.all([page.waitForEvent('dialog'), page.close({ runBeforeUnload: true })])
    expect(dialog.type()).toBe('beforeunload')
    await dialog.dismiss()
    expect(await value(page, 'Title')).toBe('half written')

    await page.evaluate('history.go(-2)')
    await answer('Leave')
    await heading('Services')
    await page.goForward()
    await heading('Notifications')
    // What was dropped asks no more.
    await page.goForward()
    await heading('New notification')
    expect(await value(page, 'Title')).toBe('')
    await page.goBack()
    await heading('Notifications')
  })

  test('is asked for by every form', async () => {
    const { app, page, service, goto, registerDevices } = await openAdmin()
    await registerDevices(1)
    const { id } = await app.notifications.create({ service, message: 'Hello' })
    const anna = await app.users.create({ username: 'anna' })
    const feedbackService = { name: 'nightly', hostname: 'feedback.push.apple.com', service }
    await app.feedbackServices.create(feedbackService)
    const typed = (label: string) => () => page.getByRole('textbox', { name: label, exact: true }).fill('7')
    const forms: [path: string, heading: string, change: () => Promise<unknown>][] = [
      [`/notifications/${id}`, `Notification ${id}`, typed('Title')],
      [`/notifications/${id}/push`, 'Push now', () => page.getByText('Devices that I name').click()],
      ['/services/new', 'Add a service', typed('Topic')],
      [`/services/${service}`, 'demo', typed('Topic')],
      ['/devices/new', 'Add a device', typed('Platform')],
      ['/devices/1/edit', 'Edit device 1', typed('Platform')],
      ['/users/new', 'Add a user', typed('Email')],
      [`/users/${anna.id}`, 'anna', typed('Email')],
      [`/users/${anna.id}`, 'anna', typed('New password')],
      ['/account', 'Password and sessions', typed('Present password')],
      [
        '/tokens/new',
        'Make a token',
        () => page.getByRole('checkbox', { name: 'push', exact: true }).check(),
      ],
      ['/feedback-services/new', 'Add a feedback service', typed('Name')],
      ['/feedback-services/1', 'nightly', typed('Name')],
      [
        '/schedules/new',
        'New schedule',
        async () => {
          await page.getByText('Call a feedback service').click()
          await page.getByLabel('Cron line').fill('0 5 * * *')
        },
      ],
    ]
    await goto('/', 'Dashboard')
    for (const [path, heading, change] of forms) {
      // Without loading all of it anew each time.
      await page.evaluate(`history.pushState(null, '', '/admin${path}')`)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
      await change()
      await page.getByRole('link', { name: 'Audit log' }).click()
      await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
      await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor()
    }
  })

  test('is not taken away by what is saved late, after somebody has gone elsewhere', async () => {
    const { app, page, goto, registerDevices } = await openAdmin()
    await registerDevices(1)
    let letGo = await hold(page, /api\/v1\/users$/)
    await goto('/users/new', 'Add a user')
    await page.getByRole('textbox', { name: 'User name' }).fill('anna')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('link', { name: 'Services' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('link', { name: 'Add a service' }).first().click()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('half written')
    letGo()
    await page.getByText('The user anna is saved.').waitFor()
    expect(new URL(page.url()).pathname).toBe('/admin/services/new')
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('half written')

    // Nor by what is loaded anew after a change that ends late.
    await goto('/devices/1', 'Device 1')
    letGo = await hold(page, /devices\/deactivate$/)
    await page.getByRole('button', { name: 'Deactivate' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click()
    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByRole('heading', { level: 1, name: 'Edit device 1' }).waitFor()
    await page.getByLabel('Platform').fill('typed')
    const loaded = page.waitForResponse(/devices\/1$/)
    letGo()
    await loaded
    await page.getByText('Deactivated: 1 device.').waitFor()
    await page.getByRole('button', { name: 'Save' }).click()
    // The button is far below.
    const alert = page.getByRole('alert', { name: 'The device has changed meanwhile' })
    await alert.waitFor()
    await expect.poll(() => alert.evaluate((box) => box.getBoundingClientRect().top)).toBeGreaterThan(0)
    expect(await page.getByLabel('Platform').inputValue()).toBe('typed')
    await page.getByRole('button', { name: 'Load anew' }).click()
    // The keyboard is at the beginning of what is new.
    await page.getByRole('heading', { level: 1 }).and(page.locator(':focus')).waitFor()
    expect(await page.getByLabel('Platform').inputValue()).toBe('')
    expect(await app.devices.get(1)).toMatchObject({ isActive: false, platform: '' })
  })

  test('is asked for where a form has gone on by itself while somebody was asked', async () => {
    const { page, goto } = await openAdmin({ withService: false })
    const question = page.getByRole('dialog', { name: 'Leave without saving?' })
    const arriveAt = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor()
    await goto('/users/new', 'Add a user')
    await page.getByRole('link', { name: 'Audit log' }).click()
    await arriveAt('Audit log')
    await page.goBack()
    await arriveAt('Add a user')
    const letGo = await hold(page, /api\/v1\/users$/)
    await page.getByRole('textbox', { name: 'User name' }).fill('anna')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.evaluate('history.forward()')
    await question.waitFor()
    letGo()
    await page.getByText('The user anna is saved.').waitFor()
    // There is nothing left to be left: the question ends with its page.
    await question.waitFor({ state: 'detached' })
    await arriveAt('anna')
    await page.getByRole('textbox', { name: 'Email' }).fill('half written')
    await page.evaluate('history.back()')
    await question.getByRole('button', { name: 'Stay' }).click()
    await question.waitFor({ state: 'detached' })
    expect(await value(page, 'Email')).toBe('half written')
    // The place that was wanted first is not there any more, and is not gone to.
    expect(new URL(page.url()).pathname).toMatch(/users\/\d+$/)
  })

  test('a number that is none is no page', async () => {
    const { page, goto } = await openAdmin({ withService: false })
    for (const path of ['/devices/abc', '/devices/0/edit', '/pushes/1e3', '/users/-1'])
      await goto(path, 'There is no such page')
    for (const [path, heading] of [
      ['/devices/new', 'Add a device'],
      ['/devices/import', 'Import devices'],
      ['/notifications/new', 'New notification'],
      ['/feedback-services/new', 'Add a feedback service'],
    ] as const) {
      await goto(path, heading)
      await page.getByText('and there is none yet').waitFor()
    }
    await page.getByRole('link', { name: 'Add a service' }).click()
    await page.getByRole('heading', { level: 1, name: 'Add a service' }).waitFor()
  })
})

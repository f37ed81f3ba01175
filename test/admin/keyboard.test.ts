import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin, password, username } from './open-admin.js'

/** Presses Tab until something of this role and name has the keyboard; fails where it never has. */
async function tabTo(page: Page, role: 'link' | 'button' | 'textbox' | 'radio', name: string | RegExp) {
  const wanted = page.getByRole(role, { name, exact: true }).and(page.locator(':focus'))
  for (let pressed = 0; pressed < 80; pressed++) {
    await page.keyboard.press('Tab')
    if ((await wanted.count()) > 0) return
  }
  throw new Error(`Tab never comes to the ${role} ${name}`)
}

/** The name of what has the keyboard. */
function focused(page: Page): Promise<string> {
  return page.locator(':focus').innerText()
}

/** Waits until the heading of a page has the keyboard, and the window its name. */
async function arriveAt(page: Page, heading: string): Promise<void> {
  await page.getByRole('heading', { level: 1, name: heading }).and(page.locator(':focus')).waitFor()
  await expect.poll(() => page.title()).toBe(`${heading} · ios-notifications`)
}

describe.skipIf(!hasBrowser)('without a mouse', () => {
  test('one signs in, skips the menu, opens a notification and pushes it', async () => {
    const { app, url, service, page, registerDevices } = await openAdmin({ signedIn: false })
    await app.users.create({ username, password, staff: true, superuser: true })
    await registerDevices(2)
    await app.notifications.create({ service, message: 'Hello' })
    await page.goto(`${url}/admin/`)
    // The first field has the keyboard.
    await page.getByLabel('User name').and(page.locator(':focus')).waitFor()
    await page.keyboard.type(username)
    await page.keyboard.press('Tab')
    await page.keyboard.type(password)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor()

    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Skip to the page')
    await page.keyboard.press('Enter')
    // Past the menu.
    await page.keyboard.press('Tab')
    await page.getByRole('combobox', { name: 'Service' }).and(page.locator(':focus')).waitFor()
    await page.keyboard.press('Shift+Tab')
    expect(await focused(page)).toBe('Audit log')

    await tabTo(page, 'link', 'Skip to the page')
    await tabTo(page, 'link', 'Notifications')
    await page.keyboard.press('Enter')
    await arriveAt(page, 'Notifications')
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Compose a notification')
    await tabTo(page, 'link', 'Hello')
    await page.keyboard.press('Enter')
    await arriveAt(page, 'Notification 1')
    await tabTo(page, 'button', /^Push now/)
    await page.keyboard.press('Enter')
    await arriveAt(page, 'Push now')
    await page.getByText('2 devices would get it.').waitFor()
    await tabTo(page, 'radio', 'All active devices of the service')
    await tabTo(page, 'button', 'Push to 2 devices now')

    // A dialog takes the keyboard, keeps it, and gives it back.
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Push to 2 devices of demo now?' })
    await dialog.waitFor()
    await dialog.locator(':focus').waitFor()
    for (let pressed = 0; pressed < 5; pressed++) {
      await page.keyboard.press('Tab')
      expect(await dialog.locator(':focus').count()).toBe(1)
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Push to 2 devices now' }).and(page.locator(':focus')).waitFor()
    expect((await app.pushes.list()).length).toBe(0)
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    await tabTo(page, 'button', 'Push now')
    await page.keyboard.press('Enter')
    await arriveAt(page, 'Push 1')
    await page.getByText('Every device has its outcome.').waitFor()

    // Back is where one came from.
    await page.goBack()
    await arriveAt(page, 'Push now')
    await page.goBack()
    await arriveAt(page, 'Notification 1')
  })

  test('a page begins at its top, whatever way back was gone before', async () => {
    const { page, goto, registerDevices } = await openAdmin({ viewport: { width: 1280, height: 600 } })
    await registerDevices(60)
    await goto('/devices', 'Devices')
    await page.getByText('50 shown').waitFor()
    await page.getByRole('link', { name: 'Services' }).click()
    await page.getByRole('link', { name: 'Add a service' }).first().click()
    await arriveAt(page, 'Add a service')
    // The skip link is a way to nowhere else.
    await page.keyboard.press('Control+Home')
    await tabTo(page, 'link', 'Skip to the page')
    await page.keyboard.press('Enter')
    await page.waitForURL(/#page$/)
    await page.evaluate('window.scrollTo(0, 300)')
    expect(await page.evaluate('window.scrollY')).toBe(300)
    await page.getByRole('link', { name: 'Devices' }).click()
    await arriveAt(page, 'Devices')
    await page.getByText('50 shown').waitFor()
    expect(await page.evaluate('window.scrollY')).toBe(0)
  })

  test('nor with much room: the menu of a phone leads to a device and to a new notification', async () => {
    const { page, app, goto, registerDevices } = await openAdmin({ viewport: { width: 390, height: 844 } })
    const [token] = await registerDevices(1)
    await goto('/', 'Dashboard')
    const menu = page.getByRole('navigation', { name: 'Pages' })
    const button = page.getByRole('button', { name: 'Menu' })
    await expect.poll(() => button.getAttribute('aria-expanded')).toBe('false')
    // What is not seen is not come to.
    expect(await menu.isVisible()).toBe(false)
    await button.click()
    await expect.poll(() => button.getAttribute('aria-expanded')).toBe('true')
    await menu.getByRole('link', { name: 'Devices' }).click()
    // It closes, and leaves the page to be seen.
    await arriveAt(page, 'Devices')
    await expect.poll(() => button.getAttribute('aria-expanded')).toBe('false')
    // As it does where one is already.
    await button.click()
    await menu.getByRole('link', { name: 'Devices' }).click()
    await expect.poll(() => button.getAttribute('aria-expanded')).toBe('false')
    await page.getByRole('link', { name: `${token!.slice(0, 6)}…` }).click()
    await arriveAt(page, 'Device 1')
    await page.goBack()
    await arriveAt(page, 'Devices')
    await button.click()
    await menu.getByRole('link', { name: 'Notifications' }).click()
    await arriveAt(page, 'Notifications')
    await page.getByRole('link', { name: 'Compose a notification' }).first().click()
    await arriveAt(page, 'New notification')
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('From the street')
    await page.getByText('keeps Apple’s rules').waitFor()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await arriveAt(page, 'Notifications')
    await page.getByRole('link', { name: 'From the street' }).waitFor()
    expect(await app.notifications.get(1)).toMatchObject({ message: 'From the street' })
  })
})

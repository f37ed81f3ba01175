import { X509Certificate } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { Store } from '../../src/store/index.js'
import { newP8 } from '../model/credentials.js'
import { hasBrowser, openAdmin } from './open-admin.js'

const DAY_MS = 86_400_000

/** The figure under this name. */
function figureOf(page: Page, name: string) {
  return page.locator('p', { hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::p')
}

function lastMinute(page: Page): Promise<string> {
  return figureOf(page, 'Pushed in the last whole minute').innerText()
}

describe.skipIf(!hasBrowser)('the dashboard', () => {
  test('shows what goes on as it goes on, and what needs somebody', async () => {
    const { app, simulator, service, page, goto, registerDevices } = await openAdmin()
    const figure = (name: string) => figureOf(page, name)
    await goto('/', 'Dashboard')
    await page.getByText('Nothing was pushed in the last hour.').waitFor()
    await page.getByText('No push is under way.').waitFor()
    await page.getByText('Apple rejected nothing.').waitFor()
    await page.getByText('1 worker is alive').waitFor()
    expect(await figure('Accepted of what Apple answered').innerText()).toBe('–')

    // From here on nobody touches the page.
    const tokens = await registerDevices(40)
    for (const token of tokens.slice(0, 10)) simulator.unregister(token, Date.now() + 60_000)
    await app.push({ service, message: 'Hello' })
    await page
      .getByRole('img', { name: 'Devices pushed to in each of the last 60 minutes: 40 in all' })
      .waitFor()
    await page.getByText('accepted 30', { exact: true }).waitFor()
    expect(await figure('Pushed in the last hour').innerText()).toBe('40')
    expect(await figure('Accepted of what Apple answered').innerText()).toBe('75 %')
    expect(await figure('Rejected in the last hour').innerText()).toBe('10')

    await app.services.change(service, { maxPerSecond: 1 })
    const running = await app.submit({ service, message: 'Again' })
    await page.getByRole('link', { name: `Push ${running.id} to demo` }).waitFor()
    await page.getByRole('progressbar', { name: `Push ${running.id}` }).waitFor()
    await page.getByText(/^[1-9]\d* of 30$/).waitFor()
    const notification = await app.notifications.create({ service, message: 'Good morning' })
    const later = await app.submit(notification, { at: new Date(Date.now() + 3_600_000) })
    await page.getByRole('link', { name: `Push ${later.id} to demo` }).waitFor()
    const { id: schedule } = await app.schedules.create({ cron: '0 9 * * *', notification })
    await page.getByRole('link', { name: `schedule ${schedule}` }).waitFor()
    await app.pushes.cancel(running.id)
    await page.getByRole('link', { name: `Push ${running.id} to demo` }).waitFor({ state: 'detached' })

    // Days and services are asked for less often.
    const { id: other } = await app.services.create({
      ...{ name: 'other', hostname: 'api.sandbox.push.apple.com', topic: 'com.example.other' },
      key: { p8: newP8(), keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' },
    })
    await page.reload()
    await page.getByText('Unregistered', { exact: true }).waitFor()
    await page.getByRole('combobox', { name: 'Service' }).click()
    await page.getByRole('option', { name: 'other' }).click()
    await page.waitForURL(new RegExp(`service=${other}$`))
    await page.getByText('Nothing was pushed in the last hour.').waitFor()
  })

  test('shows what is sent next, where there is more, and how many devices were active', async () => {
    const { app, service, page, goto, registerDevices } = await openAdmin({ withWorker: false })
    await registerDevices(3)
    const { stats } = app.store as Store
    for (const [days, active] of [
      [2, 1],
      [1, 2],
    ] as const)
      await stats.noteActive(service, Date.now() - days * DAY_MS, active)
    const pushes: number[] = []
    for (let number = 0; number < 7; number++)
      pushes.push((await app.submit({ service, message: 'Hello' })).id)
    const [first] = pushes
    await goto(`/?service=${service}`, 'Dashboard')
    await page.getByRole('alert').getByText('No worker is alive: nothing is sent.').waitFor()
    // The first ones come to their turn first.
    const links = page.getByRole('link', { name: /^Push \d+ to demo$/ })
    await links.first().waitFor()
    const shown = pushes.slice(0, 5).map((id) => `Push ${id} to demo`)
    expect(await links.allInnerTexts()).toEqual(shown)
    await app.pushes.cancel(first!)
    await page.getByRole('link', { name: `Push ${first} to demo` }).waitFor({ state: 'detached' })
    await page.getByText('2 at the last count, which is made once a day.').waitFor()
    await page.getByRole('img', { name: 'Active devices by day, 2 at the end' }).waitFor()
    const seeThem = page.getByRole('link', { name: 'See them' })
    expect(await seeThem.getAttribute('href')).toBe(`/admin/devices?active=yes&service=${service}`)
    await page.getByRole('link', { name: 'There are more: all that are queued' }).click()
    await page.getByRole('heading', { level: 1, name: 'Pushes' }).waitFor()
    expect(new URL(page.url()).search).toBe(`?state=queued&service=${service}`)
    await page.getByText('6 shown').waitFor()
  })

  test('goes by the clock of the server, whatever that of the browser says', async () => {
    const { app, service, page, goto, registerDevices } = await openAdmin()
    // One alone is within one minute.
    await registerDevices(1)
    await app.push({ service, message: 'Hello' })
    // A server whose minute with the push is over.
    await page.route('**/api/v1/stats/minutes?*', async (route) => {
      const response = await route.fetch()
      const [item] = (await response.json()).items
      const date = new Date(Date.parse(item.minute) + 90_000).toUTCString()
      await route.fulfill({ response, headers: { ...response.headers(), date } })
    })
    await page.clock.setFixedTime(Date.now() + 300_000)
    await goto('/', 'Dashboard')
    await expect.poll(() => lastMinute(page)).toBe('1')
  })

  test('a part that could not be loaded says so, and is tried again when it is asked for', async () => {
    const { page, goto, expectAccessible } = await openAdmin()
    let isBroken = true
    await page.route('**/api/v1/stats/minutes?*', (route) =>
      isBroken ? route.fulfill({ status: 500, body: '' }) : route.continue(),
    )
    await goto('/', 'Dashboard')
    const alert = page.getByRole('alert', { name: 'This could not be loaded' })
    await alert.getByText('The server answered 500.').waitFor()
    // The rest of the page is there.
    await page.getByText('No push is under way.').waitFor()
    await expectAccessible()
    isBroken = false
    await alert.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('Nothing was pushed in the last hour.').waitFor()
    expect(await alert.count()).toBe(0)
  })

  test('learns of other certificates, and that time goes on, while nobody touches it', async () => {
    const { app, simulator, page, goto } = await openAdmin()
    const { hostname, port, ca } = simulator
    await page.clock.install()
    await goto('/', 'Dashboard')
    await page.getByText('Nothing was pushed in the last hour.').waitFor()
    const certificate = simulator.issueCertificate({ topic: 'com.example.shop' })
    const end = Date.parse(new X509Certificate(certificate.certificate).validTo)
    await app.services.create({
      ...{ name: 'shop', hostname, port, ca, topic: 'com.example.shop', certificate },
    })
    const alert = page.getByRole('alert').filter({ hasText: 'Credentials that need to be renewed' })
    await page.clock.setSystemTime(end - 2 * DAY_MS)
    await page.clock.runFor(61_000)
    await alert.getByText('its certificate ends tomorrow').waitFor()
    await page.clock.setSystemTime(end + 2 * DAY_MS)
    await page.clock.runFor(61_000)
    await alert.getByText('its certificate ended 2 days ago').waitFor()
  })

  test('tells of certificates that end soon, and of those that have ended', async () => {
    const { app, simulator, page, goto } = await openAdmin()
    const { hostname, port, ca } = simulator
    const certificate = simulator.issueCertificate({ topic: 'com.example.shop' })
    const shop = await app.services.create({
      ...{ name: 'shop', hostname, port, ca, topic: 'com.example.shop', certificate },
    })
    const alert = page.getByRole('alert').filter({ hasText: 'Credentials that need to be renewed' })
    const end = Date.parse(new X509Certificate(certificate.certificate).validTo)
    for (const [days, text] of [
      [30.5, undefined],
      [29.5, /shop: its certificate ends in 29 days/],
      [-1.5, /shop: its certificate ended yesterday/],
    ] as const) {
      await page.clock.setFixedTime(end - days * 86_400_000)
      const services = page.waitForResponse(/\/api\/v1\/services/)
      await goto('/', 'Dashboard')
      if (text === undefined) {
        await (await services).finished()
        await page.getByText('Nothing was pushed in the last hour.').waitFor()
        expect(await alert.count()).toBe(0)
      } else expect(await alert.innerText()).toMatch(text)
    }
    await alert.getByRole('link', { name: 'shop' }).click()
    await page.waitForURL(new RegExp(`/services/${shop.id}$`))
  })
})

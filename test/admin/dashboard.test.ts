import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { newP8 } from '../model/credentials.js'
import { hasBrowser, openAdmin } from './open-admin.js'

describe.skipIf(!hasBrowser)('the dashboard', () => {
  test('shows what goes on as it goes on, and what needs somebody', async () => {
    const { app, simulator, service, page, goto, registerDevices } = await openAdmin()
    const figure = (name: string) =>
      page.locator('p', { hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::p')
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

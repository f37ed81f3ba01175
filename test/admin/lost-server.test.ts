import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

describe.skipIf(!hasBrowser)('a server that is gone', () => {
  test('is told on the page, which goes on by itself when it is back', async () => {
    const { app, page, service, goto, loseServer, expectAccessible } = await openAdmin()
    await goto('/services', 'Services')
    const link = page.getByRole('link', { name: 'demo' })
    await link.waitFor()
    const start = await loseServer()
    // A page that was never opened can't be loaded: the menu stays.
    await page.getByRole('link', { name: 'Devices' }).click()
    await page.getByRole('alert', { name: 'This page could not be shown' }).waitFor()
    const alert = page.getByRole('alert', { name: 'The server does not answer' })
    // Whatever asks next finds out.
    await page.getByRole('link', { name: 'Dashboard' }).click()
    await alert.waitFor()
    await expectAccessible()
    await page.getByRole('link', { name: 'Services' }).click()
    await app.services.change(service, { name: 'renamed' })
    await start()
    await alert.waitFor({ state: 'detached' })
    await page.getByRole('link', { name: 'renamed' }).waitFor()
    expect(await link.count()).toBe(0)
  })

  test('takes nothing that was typed with it', async () => {
    const { app, page, goto, registerDevices, loseServer } = await openAdmin()
    await registerDevices(1)
    await goto('/devices/1/edit', 'Edit device 1')
    await page.getByLabel('Platform').fill('typed')
    const start = await loseServer()
    await page.getByRole('button', { name: 'Save' }).click()
    const alert = page.getByRole('alert', { name: 'The server does not answer' })
    await alert.waitFor()
    // What would be loaded anew is something else.
    await app.devices.update(1, { osVersion: '17.4' })
    await start()
    await alert.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The device has changed meanwhile').waitFor()
    expect(await page.getByLabel('Platform').inputValue()).toBe('typed')
    await page.getByRole('button', { name: 'Save my fields all the same' }).click()
    await page.getByRole('heading', { level: 1, name: 'Device 1' }).waitFor()
    expect(await app.devices.get(1)).toMatchObject({ platform: 'typed', osVersion: '17.4' })
  })
  test('is told behind a proxy, without its database, and when it is silent; what was loaded stays', async () => {
    const { page, goto, expectAccessible } = await openAdmin()
    await goto('/', 'Dashboard')
    await page.getByText('1 worker is alive').waitFor()
    const silent = page.getByRole('alert', { name: 'The server does not answer' })
    const unable = page.getByRole('alert', { name: 'The server can not do its work' })
    const problem = { status: 503, code: 'PUSH_ERR_DATABASE_UNAVAILABLE', detail: 'the database is locked' }
    const states = [
      [silent, { status: 502, contentType: 'text/html', body: '<h1>Bad Gateway</h1>' }],
      [unable, { status: 503, contentType: 'application/problem+json', body: JSON.stringify(problem) }],
    ] as const
    for (const [alert, answer] of states) {
      await page.route('**/api/v1/**', (route) => route.fulfill(answer))
      await alert.waitFor()
      await page.getByText('1 worker is alive').waitFor()
    }
    await expectAccessible()
    await page.unroute('**/api/v1/**')
    await unable.waitFor({ state: 'detached' })
    // No answer at all, as over a connection that is dead.
    await page.route('**/api/v1/**', () => {})
    await silent.waitFor()
    await page.getByText('1 worker is alive').waitFor()
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await silent.waitFor({ state: 'detached' })
  })

  test('is told where nobody knows yet who is there', async () => {
    const { page, url } = await openAdmin()
    await page.route('**/api/v1/**', (route) => route.abort())
    await page.goto(`${url}/admin/`)
    await page.getByRole('alert', { name: 'The server does not answer' }).waitFor()
    await page.unroute('**/api/v1/**')
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor()
  })
})

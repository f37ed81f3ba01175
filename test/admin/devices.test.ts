import { readFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

const beginning = (digits: string) => digits.padEnd(64, '0')

const few = [
  { token: beginning('aa01'), platform: 'iPhone', osVersion: '17.10', tags: ['beta'] },
  { token: beginning('aa02'), platform: 'iPad', osVersion: '17.2' },
  { token: beginning('bb01'), platform: 'iPhone', osVersion: '16.1', isActive: false },
]

/** How the tokens begin that are shown, one after the other. */
function shownTokens(page: Page): Promise<string> {
  const links = page.getByRole('table').getByRole('link')
  return links.evaluateAll((all) => all.map((link) => link.getAttribute('title')?.slice(0, 4)).join(' '))
}

describe.skipIf(!hasBrowser)('the list of devices', () => {
  test('is searched and filtered, and its URL shows the same again', async () => {
    const { app, service, page, goto } = await openAdmin()
    await goto('/devices', 'Devices')
    await page.getByText('There is no device yet.').waitFor()

    await app.devices.importMany(service, [
      ...few,
      ...Array.from({ length: 60 }, (_, number) => ({ token: beginning(`cc${100 + number}`) })),
    ])
    await page.reload()
    const rows = page.getByRole('table', { name: 'devices' }).getByRole('row')
    const links = page.getByRole('table').getByRole('link')
    const figure = page.getByRole('status').filter({ hasText: /device/ })
    // The newest first, a page at a time.
    await figure.getByText('63 devices').waitFor()
    expect(await links.first().getAttribute('title')).toBe(beginning('cc159'))
    expect(await rows.count()).toBe(51)
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await expect.poll(() => rows.count()).toBe(64)

    // The search is for tokens and for platforms.
    const search = page.getByRole('textbox', { name: 'Search' })
    const shown = () => shownTokens(page)
    await search.fill('< AA0 1')
    await expect.poll(shown).toBe('aa01')
    await page.getByText('The token begins with aa01.').waitFor()
    await search.fill(beginning('bb01'))
    await expect.poll(shown).toBe('bb01')
    await search.fill('phone')
    await expect.poll(shown).toBe('bb01 aa01')
    await figure.getByText('2 devices fit the filters').waitFor()
    await page.getByRole('combobox', { name: 'Active', exact: true }).click()
    await page.getByRole('option', { name: 'inactive' }).click()
    await expect.poll(shown).toBe('bb01')
    expect(new URL(page.url()).search).toBe('?search=phone&active=no')
    // The link shows the same.
    await page.reload()
    await expect.poll(shown).toBe('bb01')
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await expect.poll(() => rows.count()).toBe(51)
    expect(await search.inputValue()).toBe('')
  })

  test('is filtered by everything that is known of a device', async () => {
    const { app, service, page, goto, expectAccessible } = await openAdmin()
    const user = await app.users.create({ username: 'anna' })
    await app.devices.importMany(service, few)
    await app.devices.update(2, { users: [user.id] })
    const shown = () => shownTokens(page)
    await goto('/devices', 'Devices')
    await expect.poll(shown).toBe('bb01 aa02 aa01')
    await page.getByRole('button', { name: 'More filters' }).click()
    await page.getByLabel('OS version from').fill('17.3')
    await expect.poll(shown).toBe('aa01')
    await expectAccessible()
    await page.getByLabel('OS version from').fill('x')
    await page.getByRole('alert').getByText('osVersionFrom').waitFor()
    await page.getByLabel('OS version from').fill('')
    await expect.poll(shown).toBe('bb01 aa02 aa01')
    // Words are waited for, not letters.
    const asked: string[] = []
    page.on('request', (request) => {
      const reason = new URL(request.url()).searchParams.get('deactivationReason')
      if (reason !== null) asked.push(reason)
    })
    const reason = page.getByRole('combobox', { name: 'Why inactive' })
    await reason.pressSequentially('import')
    await expect.poll(shown).toBe('bb01')
    expect(new Set(asked)).toEqual(new Set(['import']))
    await reason.fill('')
    await expect.poll(shown).toBe('bb01 aa02 aa01')
    await page.getByRole('combobox', { name: 'User', exact: true }).fill('an')
    await page.getByRole('option', { name: 'anna' }).click()
    await expect.poll(shown).toBe('aa02')
    await page.getByRole('button', { name: 'Clear the filters' }).click()
    await page.getByRole('combobox', { name: 'Last notified', exact: true }).click()
    await page.getByRole('option', { name: 'in the past 7 days' }).click()
    await page.getByText('No device fits these filters.').waitFor()
    await page.getByRole('combobox', { name: 'Last notified', exact: true }).click()
    await page.getByRole('option', { name: 'never' }).click()
    await page.getByRole('combobox', { name: 'Deactivated', exact: true }).click()
    await page.getByRole('option', { name: 'between two days' }).click()
    await page.getByLabel('Deactivated: first day').fill('2020-01-01')
    await expect.poll(shown).toBe('bb01')
    await page.getByLabel('Deactivated: last day').fill('2020-12-31')
    await page.getByText('No device fits these filters.').waitFor()
  })

  test('what is chosen is switched off, on, and deleted; what fits goes into a file', async () => {
    const { app, service, page, goto, expectAccessible } = await openAdmin()
    await app.devices.importMany(service, few)
    const shown = () => shownTokens(page)
    await goto('/devices?search=iPhone', 'Devices')
    await page.getByRole('checkbox', { name: 'Choose all devices that are shown' }).check()
    const chosen = page.getByRole('toolbar', { name: 'For the devices that are chosen' })
    const dialog = page.getByRole('dialog')
    await chosen.getByRole('button', { name: 'Reactivate' }).click()
    await dialog.getByText('Reactivate 2 devices?').waitFor()
    await dialog.getByRole('button', { name: 'Reactivate' }).click()
    await page.getByText('Reactivated: 1 device.').waitFor()
    await expect.poll(() => app.devices.count({ active: true })).toBe(3)
    await page.getByRole('checkbox', { name: 'Choose device aa01' }).check()
    await chosen.getByRole('button', { name: 'Deactivate' }).click()
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await dialog.waitFor({ state: 'detached' })
    expect(await app.devices.count({ active: true })).toBe(3)
    await chosen.getByRole('button', { name: 'Deactivate' }).click()
    await dialog.getByRole('button', { name: 'Deactivate' }).click()
    await page.getByRole('table').getByText('operator').waitFor()
    await page.getByRole('checkbox', { name: 'Choose device aa01' }).check()
    await chosen.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByText('This can’t be undone').waitFor()
    await expectAccessible()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await expect.poll(shown).toBe('bb01')
    expect(await app.devices.get(1)).toBeUndefined()

    // What fits goes into a file.
    await page.getByRole('button', { name: 'Export' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'As CSV' }).click(),
    ])
    const lines = (await readFile(await download.path(), 'utf8')).trim().split('\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain(beginning('bb01'))
    await page.getByRole('button', { name: 'Export' }).click()
    const [ndjson] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'As NDJSON' }).click(),
    ])
    expect(ndjson.suggestedFilename()).toBe('devices.ndjson')
    const [exported, ...others] = (await readFile(await ndjson.path(), 'utf8')).trim().split('\n')
    expect(JSON.parse(exported!)).toMatchObject({ token: beginning('bb01'), platform: 'iPhone' })
    expect(others).toEqual([])
  })

  test('goes on by itself where few devices of many fit, and can be stopped', async () => {
    const { app, service, page, goto } = await openAdmin()
    // The API looks at 100,000 for a page; the one that fits is behind them.
    await app.devices.register({ token: beginning('aa01'), service, platform: 'Watch' })
    for (let part = 0; part < 21; part++)
      await app.devices.importMany(
        service,
        Array.from({ length: 5000 }, (_, number) => ({
          token: beginning(`cc${100_000 + part * 5000 + number}`),
        })),
      )
    await goto('/devices?search=Watch', 'Devices')
    await page.getByRole('table').getByRole('link').getByText('aa01').waitFor()
    await page.getByText('1 device fits the filters').waitFor()

    // A server that takes its time.
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await page.route(/api\/v1\/devices\?.*after=/, async (route) => {
      await held
      // The page has given it up.
      await route.continue().catch(() => {})
    })
    await goto('/devices?search=Clock', 'Devices')
    await page.getByText(/Looking through the registry: 9\d %/).waitFor()
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByText('0 shown, and there may be more').waitFor()
    letGo()
    await page.getByRole('button', { name: 'More', exact: true }).click()
    await page.getByText('No device fits these filters.').waitFor()
  })
})

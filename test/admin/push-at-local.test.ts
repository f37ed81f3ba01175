import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

describe.skipIf(!hasBrowser)('pushing at a local time', () => {
  test('who is too late for it is not promised it, and a push that waits for the clocks says so', async () => {
    const { app, simulator, service, page, goto, expectAccessible } = await openAdmin()
    const token = (number: number) => number.toString(16).padStart(64, '0')
    // Fourteen hours ago there, and in twelve.
    const [over, toCome] = ['Pacific/Kiritimati', 'Etc/GMT+12']
    const zones = [over, over, over, toCome]
    await app.devices.importMany(
      service,
      zones.map((timeZone, index) => ({ token: token(index + 1), timeZone: timeZone! })),
    )
    await app.devices.deactivate({ tokens: [token(1)], service })
    const { id } = await app.notifications.create({ service, message: 'Good morning' })
    await goto(`/notifications/${id}/push`, 'Push now')
    const dryRun = page.getByRole('region', { name: 'Dry run' })
    await dryRun.getByText('3 devices would get it.').waitFor()
    await page.getByRole('radio', { name: 'At a local time of each device' }).check()
    // What switches the button off stands beside it.
    await page.getByText('Choose the time first.').waitFor()
    expect(await page.getByRole('button', { name: 'Push to 3 devices at that time' }).isDisabled()).toBe(true)

    await page.getByRole('textbox', { name: 'Local time' }).fill(new Date().toISOString().slice(0, 16))
    await dryRun.getByText('1 device would get it.').waitFor()
    await dryRun.getByText('Left out: 1 inactive, 2 whose local time is over already.').waitFor()
    expect(await page.getByText('Choose the time first.').count()).toBe(0)
    // Where it is over for everybody, there is nobody to ask about.
    await page.getByRole('radio', { name: 'Devices with these tokens' }).check()
    await page.getByRole('textbox', { name: 'Tokens' }).fill(token(2))
    await dryRun.getByText('0 devices would get it.').waitFor()
    expect(await page.getByRole('button', { name: 'Push to 0 devices at that time' }).isDisabled()).toBe(true)
    await page.getByRole('radio', { name: 'All active devices of the service' }).check()
    await page.getByRole('button', { name: 'Push to 1 device at that time' }).click()
    const question = page.getByRole('dialog')
    await question.getByText('Push to 1 device of demo at').waitFor()
    await question.getByRole('button', { name: 'Push then' }).click()

    await page.getByRole('heading', { level: 1, name: 'Push 1' }).waitFor()
    await page
      .getByText(/It waits for the local time of 1 device; the next part begins in 1[12] hours/)
      .waitFor()
    await page.getByText('in the first time zone; that was over, so it began at once').waitFor()
    expect(await page.getByText('It waits for a worker.').count()).toBe(0)
    expect(await app.pushes.get(1)).toMatchObject({ state: 'queued', unsent: 2, deferred: 1 })
    expect(simulator.received()).toEqual([])
    await expectAccessible()
  })
})

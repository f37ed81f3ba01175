import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

describe.skipIf(!hasBrowser)('feedback', () => {
  test('what Apple calls dead stands in the ledger, a feedback service is called, and an entry is undone', async () => {
    const { app, simulator, service, page, goto, registerDevices, expectAccessible } = await openAdmin()
    const tokens = await registerDevices(3)
    await goto('/feedback', 'Feedback')
    await page.getByText('Apple has called no device token dead yet').waitFor()
    await app.services.change(service, { feedback: 'deferred' })
    simulator.unregister(tokens.slice(0, 2), Date.now() + 60_000)
    expect(await app.push({ service, message: 'Hello' })).toMatchObject({ accepted: 1, rejected: 2 })

    await page.getByRole('link', { name: 'Feedback services' }).click()
    await page.getByText('There is no feedback service yet').waitFor()
    await page.getByRole('link', { name: 'Add a feedback service' }).first().click()
    await page.getByRole('heading', { name: 'Add a feedback service' }).waitFor()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('nightly')
    // The only service is chosen already.
    expect(await page.getByRole('combobox', { name: 'Service' }).inputValue()).toBe('demo')
    await expectAccessible()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Call nightly now' }).click()
    await page.getByText('nightly: 2 devices were deactivated.').waitFor()
    await page.getByRole('button', { name: 'Call nightly now' }).click()
    await page.getByText('nightly: no device was deactivated').waitFor()

    await goto(`/feedback?service=${service}`, 'Feedback')
    await page
      .getByRole('checkbox', { name: `Choose the entry of ${tokens[0]!.slice(0, 12)}` })
      .first()
      .click()
    await page.getByRole('button', { name: 'Undo 1 entry' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Undo' }).click()
    await page.getByText('1 device is active again.').waitFor()
    await page.getByText(/^Undone, /).waitFor()
    await expectAccessible()
    const isActive = async (token: string) => (await app.devices.find(token, service))?.isActive
    const active = await Promise.all(tokens.map(isActive))
    expect(active.filter(Boolean)).toHaveLength(2)
    expect(active[2]).toBe(true)

    await goto('/feedback-services', 'Feedback services')
    await page.getByRole('link', { name: 'nightly' }).click()
    await page.getByRole('heading', { level: 1, name: 'nightly' }).waitFor()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('weekly')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'weekly' }).waitFor()
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('button', { name: 'Delete the feedback service' }).click()
    await page.getByText('There is no feedback service yet').waitFor()
  })
})

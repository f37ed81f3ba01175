import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

describe.skipIf(!hasBrowser)('composing by the rules', () => {
  test('a background push is told its rules at the fields, and goes out with priority and expiration', async () => {
    const { app, simulator, service, page, goto, registerDevices, expectAccessible } = await openAdmin()
    const [token] = await registerDevices(1)
    await goto('/notifications/new', 'New notification')
    const screen = page.getByRole('region', { name: 'Preview of the lock screen' })
    await page.getByLabel('Badge').fill('7')
    await page.getByRole('combobox', { name: 'Sound' }).fill('bell.caf')
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Hello')
    await screen.getByText('7', { exact: true }).waitFor()
    await page.getByText('The badge of the app becomes 7.').waitFor()
    await page.getByText('With the sound bell.caf, if the app has it.').waitFor()
    await page.getByLabel('Badge').fill('0')
    await page.getByText('The badge of the app goes away.').waitFor()
    expect(await screen.getByText('7', { exact: true }).count()).toBe(0)
    await page.getByLabel('Badge').fill('')
    await page.getByRole('combobox', { name: 'Sound' }).fill('')
    await page.getByText('No sound.', { exact: true }).waitFor()

    const choose = async (field: string, option: string | RegExp) => {
      await page.getByRole('combobox', { name: field, exact: true }).click()
      await page.getByRole('option', { name: option }).click()
    }
    await choose('Push type', 'background')
    await page.getByText('Wakes the app and shows nothing: only content-available').waitFor()
    await choose('Priority', /^10/)
    await page.getByText('10 is not allowed for background pushes; use 5, 1', { exact: true }).waitFor()
    const priority = page.getByRole('combobox', { name: 'Priority' })
    expect(await priority.getAttribute('aria-invalid')).toBe('true')
    await expectAccessible()
    await choose('Priority', /^5/)
    await expect.poll(() => priority.getAttribute('aria-invalid')).not.toBe('true')
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('')
    await page.getByRole('button', { name: 'More of what iOS understands' }).click()
    await page.getByLabel('Silent: wake the app').check()
    await screen.getByText('Nothing is shown here.').waitFor()
    await page.getByText('iOS wakes the app in the background').waitFor()

    // A time that is to be chosen has the keyboard.
    await choose('Expiration', 'until a time')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Choose until when, or something else than a time').waitFor()
    await page.getByLabel('Until').and(page.locator(':focus')).waitFor()
    await page.getByLabel('Until').fill('2099-01-01T09:00')
    await page.getByText('keeps Apple’s rules').waitFor()
    await page.getByRole('button', { name: 'Save and continue editing' }).click()
    await page.getByRole('heading', { level: 1, name: 'Notification 1' }).waitFor()
    const expiration = Date.parse('2099-01-01T09:00Z') / 1000
    expect(await app.notifications.get(1)).toMatchObject({
      ...{ serviceId: service, silent: true, pushType: 'background', priority: 5, expiration },
    })
    await choose('Expiration', /^not at all/)
    await page.getByRole('button', { name: 'Save and push now' }).click()
    await page.getByRole('button', { name: 'Push to 1 device now' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Push now' }).click()
    await page.getByText('Every device has its outcome.').waitFor()
    expect(simulator.received(token!)).toMatchObject([
      {
        payload: { aps: { 'content-available': 1 } },
        headers: { 'apns-push-type': 'background', 'apns-priority': '5', 'apns-expiration': '0' },
      },
    ])
  })

  test('what the API refuses is gone to, also where the other tab has its field', async () => {
    const { app, service, page, goto } = await openAdmin()
    await app.notifications.create({ service, message: 'Hello' })
    await goto('/notifications/1', 'Notification 1')
    const save = page.getByRole('button', { name: 'Save', exact: true })
    const writeJson = async (aps: object) => {
      await page.getByRole('tab', { name: 'JSON' }).click()
      await page.getByLabel('Payload as JSON').fill(JSON.stringify({ aps }))
    }
    await writeJson({ alert: 'Hello', sound: 's'.repeat(40) })
    await save.click()
    await page.getByRole('combobox', { name: 'Sound' }).and(page.locator(':focus')).waitFor()
    await page.getByRole('tab', { name: 'Fields', selected: true }).waitFor()

    // By the keyboard alone, from a field that stays where it is.
    await writeJson({ alert: 'm'.repeat(2049) })
    await page.getByLabel('Collapse id').fill('weather')
    await page.getByLabel('Collapse id').press('Enter')
    const message = page.getByRole('textbox', { name: 'Message', exact: true })
    await message.and(page.locator(':focus')).waitFor()

    // What no field can say is at fault in the JSON.
    await writeJson({ alert: { body: 'Hello', 'launch-image': 'rain.png' }, badge: 3_000_000_000 })
    await page.getByRole('tab', { name: 'Fields' }).click()
    await page.getByText('This payload is written as JSON').waitFor()
    await save.click()
    const json = page.getByLabel('Payload as JSON')
    await json.and(page.locator(':focus')).waitFor()
    expect(await json.getAttribute('aria-invalid')).toBe('true')
    await json.fill('{ "aps": ')
    await page.getByRole('tab', { name: 'Fields' }).click()
    await save.click()
    await page.getByText('The payload is no JSON yet.').waitFor()
    await json.and(page.locator(':focus')).waitFor()
    expect(await app.notifications.get(1)).toMatchObject({ message: 'Hello', collapseId: null })
  })
})

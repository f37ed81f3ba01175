import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

describe.skipIf(!hasBrowser)('the preview of a notification', () => {
  test('what does nothing, or what Apple wants otherwise, has no green tick', async () => {
    const { page, goto, expectAccessible } = await openAdmin()
    await goto('/notifications/new', 'New notification')
    const good = page.getByText('It keeps Apple’s rules.')
    const message = page.getByRole('textbox', { name: 'Message', exact: true })
    await page.getByText('It shows nothing, makes no sound and wakes nothing.').waitFor()
    expect(await good.count()).toBe(0)
    await message.fill('Hi')
    await good.waitFor()
    await page.getByRole('combobox', { name: 'Push type' }).click()
    await page.getByRole('option', { name: 'background' }).click()
    await page.getByText('It can be sent, but may not be what you mean').waitFor()
    await page.getByText('may refuse, delay or drop one with alert').waitFor()
    expect(await good.count()).toBe(0)
    await expectAccessible()
    // It is a warning: the way on is open.
    await page.getByRole('button', { name: 'Save and push now' }).click()
    const dryRun = page.getByRole('region', { name: 'Dry run' })
    await dryRun.getByText('may refuse, delay or drop one with alert').waitFor()
  })

  test('what can not be read has no green tick either, and says why', async () => {
    const { page, goto } = await openAdmin()
    await goto('/notifications/new', 'New notification')
    const good = page.getByText('It keeps Apple’s rules.')
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Hi')
    await good.waitFor()
    await page.getByLabel('Custom payload').fill('{"order": 42,}')
    await page.getByText('There is a mistake in the custom payload.').waitFor()
    expect(await good.count()).toBe(0)
    await page.getByRole('tab', { name: 'JSON' }).click()
    await page.getByLabel('Payload as JSON').fill('{"aps":')
    await page.getByText('There is a mistake in the JSON.').waitFor()
    await page.getByRole('tab', { name: 'Fields' }).click()
    await page.getByText('There is a mistake in it. The fields follow').waitFor()
    await page.getByRole('button', { name: 'Edit the JSON' }).click()
    await page.getByLabel('Payload as JSON').fill('{"aps":{"alert":"Ho"}}')
    await good.waitFor()
    await page.getByRole('tab', { name: 'Fields' }).click()
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Message', exact: true }).inputValue())
      .toBe('Ho')
  })

  test('texts that run from right to left do so where they are typed and on the lock screen', async () => {
    const { page, goto } = await openAdmin()
    await goto('/notifications/new', 'New notification')
    const screen = page.getByRole('region', { name: 'Preview of the lock screen' })
    const texts = { Title: 'عاصفة', Subtitle: 'סערה', Message: 'عاصفة في الطريق!' }
    const directionOf = (element: unknown) =>
      (
        globalThis as unknown as { getComputedStyle: (of: unknown) => { direction: string } }
      ).getComputedStyle(element).direction
    for (const [name, text] of Object.entries(texts)) {
      const field = page.getByRole('textbox', { name, exact: true })
      await field.fill(text)
      expect(await field.evaluate(directionOf)).toBe('rtl')
      expect(await screen.getByText(text, { exact: true }).evaluate(directionOf)).toBe('rtl')
      await field.fill('Storm')
      expect(await field.evaluate(directionOf)).toBe('ltr')
      await field.fill(text)
    }
  })
})

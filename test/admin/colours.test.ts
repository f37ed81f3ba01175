import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

describe.skipIf(!hasBrowser)('the colours', () => {
  test('are those of the system, until somebody chooses others, which are kept', async () => {
    const { page, goto } = await openAdmin({ colorScheme: 'dark', withService: false })
    const scheme = () => page.locator('html').getAttribute('data-mantine-color-scheme')
    await goto('/account', 'Password and sessions')
    expect(await scheme()).toBe('dark')
    await page.getByRole('button', { name: 'Light colours' }).click()
    await page.getByRole('button', { name: 'Dark colours' }).waitFor()
    expect(await scheme()).toBe('light')
    await page.reload()
    await page.getByRole('button', { name: 'Dark colours' }).waitFor()
    expect(await scheme()).toBe('light')
  })
})

import { describe, test } from 'vitest'
import { hasBrowser, openAdmin, password, username } from './open-admin.js'

describe.skipIf(!hasBrowser)('the first user', () => {
  test('where nobody can sign in the page says which command makes somebody, and goes on by itself', async () => {
    const { app, url, page, expectAccessible } = await openAdmin({ signedIn: false })
    await page.goto(`${url}/admin/`)
    await page.getByText('npx ios-notifications user create NAME --staff --superuser').waitFor()
    await expectAccessible()
    await app.users.create({ username, password, staff: true, superuser: true })
    await page.getByLabel('User name').fill(username)
    await page.getByRole('textbox', { name: 'Password' }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation', { name: 'Pages' }).waitFor()
  })
})

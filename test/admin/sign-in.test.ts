import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin, password, username } from './open-admin.js'

describe.skipIf(!hasBrowser)('signing in', () => {
  test('with a wrong password says so, with the right one shows the pages, and signing out ends it', async () => {
    const { page, expectAccessible } = await openAdmin()
    await page.getByRole('button', { name: `Account of ${username}` }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await page.getByLabel('User name').waitFor()
    await page.reload()
    await page.getByLabel('User name').fill(username)
    await page.getByRole('textbox', { name: 'Password' }).fill('wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect.poll(() => page.getByRole('alert').innerText()).toBe('The name or the password is wrong.')
    await expectAccessible()
  })

  test('a session that ends takes nothing that was typed with it', async () => {
    const { app, page, goto, expectAccessible } = await openAdmin()
    await goto('/notifications/new', 'New notification')
    await page.getByLabel('Title', { exact: true }).fill('half written')
    const [session] = await app.sessions.list(1)
    await app.sessions.end(session!.id, 1)
    // Whatever the page asks next is told.
    await page.getByLabel('Message', { exact: true }).fill('more')
    await page.getByText('Your session has ended').waitFor()
    await expectAccessible()
    await page.getByLabel('User name').fill(username)
    await page.getByRole('textbox', { name: 'Password' }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { level: 1, name: 'New notification' }).waitFor()
    expect(await page.getByLabel('Title', { exact: true }).inputValue()).toBe('half written')
  })

  test('who signs in anew in another window goes on in the first one', async () => {
    const { app, page, url, service, goto } = await openAdmin()
    await goto(`/services/${service}`, 'demo')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('renamed')
    // The browser has one cookie for both.
    const answer = await page
      .context()
      .request.post(`${url}/api/v1/session`, { data: { username, password } })
    expect(answer.status()).toBe(200)
    const asked = page.waitForResponse('**/api/v1/session')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('You have signed in anew in another window').waitFor()
    await asked
    expect(await app.services.get(service)).toMatchObject({ name: 'demo' })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'renamed' }).waitFor()
  })

  test('the page may run scripts with its nonce only, and be framed by nobody', async () => {
    const { url } = await openAdmin({ signedIn: false })
    const [first, second] = [await fetch(`${url}/admin/`), await fetch(`${url}/admin/devices/7`)]
    const root = await fetch(`${url}/`, { redirect: 'manual' })
    expect([root.status, root.headers.get('location')]).toEqual([302, '/admin/'])
    const policy = first.headers.get('content-security-policy') ?? ''
    const nonce = /script-src 'nonce-([\w+/=]{24})' 'strict-dynamic'/.exec(policy)?.[1]
    expect(nonce).toBeDefined()
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    const scripts = (await first.text()).match(/<script[^>]*>/g) ?? []
    expect(scripts.length).toBeGreaterThan(0)
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`)
    expect(second.headers.get('content-security-policy')).not.toContain(nonce)
  })
})

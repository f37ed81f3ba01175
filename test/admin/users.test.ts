import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin, password, username } from './open-admin.js'

describe.skipIf(!hasBrowser)('users', () => {
  test('a user is added, found, changed and deleted; nobody takes from themselves unasked', async () => {
    const { app, url, service, page, goto, registerDevices } = await openAdmin()
    await goto('/users/new', 'Add a user')
    await page.getByRole('textbox', { name: 'User name' }).fill(username)
    await page.getByRole('textbox', { name: 'Password' }).fill('quite secret')
    await page.getByRole('checkbox', { name: 'Staff' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText(/^there is a user named/).waitFor()
    await page.getByRole('textbox', { name: 'User name' }).fill('anna')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'anna' }).waitFor()
    await page.getByText('The user has no device').waitFor()
    const [anna] = await app.users.list({ username: 'anna' })
    const [token] = await registerDevices(1)
    const device = await app.devices.find(token!, service)
    await app.devices.update(device!.id, { users: [anna!.id] })
    await page.reload()
    await page.getByRole('link', { name: `${token!.slice(0, 6)}…` }).waitFor()
    await page.getByRole('textbox', { name: 'New password' }).fill('another secret')
    await page.getByRole('button', { name: 'Set the password' }).click()
    await page.getByText('The password of anna is set.').waitFor()
    const authorization = `Basic ${Buffer.from('anna:another secret').toString('base64')}`
    const who = await fetch(`${url}/api/v1/session`, { headers: { authorization } })
    expect(await who.json()).toMatchObject({ name: 'anna' })
    await page.getByRole('textbox', { name: 'Email' }).fill('anna@example.com')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('The user anna is saved.').last().waitFor()
    await expect.poll(async () => (await app.users.get(anna!.id))?.email).toBe('anna@example.com')

    await goto('/users?username=an', 'Users')
    await page.getByRole('link', { name: 'anna' }).waitFor()
    expect(await page.getByRole('link', { name: username, exact: true }).count()).toBe(0)
    await page.getByLabel('User name').fill('nobody')
    await page.getByText('No user fits these filters.').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByRole('link', { name: username, exact: true }).click()
    await page.getByText('This is you.').waitFor()
    await page.getByRole('checkbox', { name: 'Superuser' }).uncheck()
    await page.getByRole('checkbox', { name: 'Staff' }).check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('dialog', { name: 'Take this from yourself?' }).waitFor()
    // Nothing is saved yet, and nothing seems to be.
    expect(await page.locator('[data-loading]').count()).toBe(0)
    await page.getByRole('button', { name: 'Cancel' }).click()
    expect(await app.users.list({ username })).toMatchObject([{ isSuperuser: true }])

    await goto(`/users/${anna!.id}`, 'anna')
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    await page.getByRole('button', { name: 'Delete the user' }).click()
    await page.getByRole('heading', { level: 1, name: 'Users' }).waitFor()
    expect(await app.users.get(anna!.id)).toBe(undefined)

    // All of that is in the audit log.
    await goto('/audit-log?operation=createUser', 'Audit log')
    await page.getByText('done (201)').waitFor()
    expect(await page.getByRole('link', { name: /^number/ }).getAttribute('href')).toBe(
      `/admin/users/${anna!.id}`,
    )
    await page.getByLabel('Who').fill('nobody')
    await page.getByText('No entry fits these filters.').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByText('removeUser').waitFor()
  })

  test('plain staff see users and change nothing; what only superusers may do is not offered', async () => {
    const { app, page, goto, registerDevices, expectAccessible } = await openAdmin({ superuser: false })
    const [token] = await registerDevices(1)
    const { id: anna } = await app.users.create({ username: 'anna', email: 'anna@example.com' })
    await app.devices.update(1, { users: [anna] })
    const refused: string[] = []
    page.on('response', (answer) => {
      if (answer.status() === 403) refused.push(answer.url())
    })
    await goto('/', 'Dashboard')
    await page.getByText('1 worker is alive').waitFor()
    const menu = page.getByRole('navigation', { name: 'Pages' }).getByRole('link')
    expect(await menu.allInnerTexts()).toEqual([
      ...['Dashboard', 'Notifications', 'Pushes', 'Schedules', 'Devices', 'Services', 'Feedback'],
    ])

    // A device leads to its user.
    await goto('/devices/1', 'Device 1')
    await page.getByRole('link', { name: 'anna' }).click()
    await page.getByRole('heading', { level: 1, name: 'anna' }).waitFor()
    await page.getByText('Only superusers change users.').waitFor()
    await page.getByText('anna@example.com').waitFor()
    await page.getByRole('link', { name: `${token!.slice(0, 6)}…` }).waitFor()
    const forms = page.getByRole('main').getByRole('textbox').or(page.getByRole('main').getByRole('checkbox'))
    expect(await forms.count()).toBe(0)
    expect(await page.getByRole('button', { name: /Delete|Save|Set the password/ }).count()).toBe(0)
    await expectAccessible()
    await page.getByRole('link', { name: '← Users' }).click()
    await page.getByRole('link', { name: username, exact: true }).click()
    await page.getByText('This is you.').waitFor()
    await page.getByRole('link', { name: 'Password and sessions' }).click()
    await page.getByText('this one').waitFor()

    for (const [path, heading] of [
      ['/users/new', 'Add a user'],
      ['/tokens', 'API tokens'],
      ['/tokens/new', 'Make a token'],
      ['/audit-log', 'Audit log'],
    ] as const) {
      await goto(path, heading)
      await page.getByText('Only superusers may do this.').waitFor()
      expect(await forms.count(), path).toBe(0)
    }
    expect(refused).toEqual([])
  })

  test('a token is made, used and revoked', async () => {
    const { url, page, goto, expectAccessible } = await openAdmin({ withService: false })
    await goto('/tokens', 'API tokens')
    await page.getByText('There is no token yet').waitFor()
    await page.getByRole('link', { name: 'Make a token' }).first().click()
    await page.getByRole('heading', { name: 'Make a token' }).waitFor()
    await page.getByRole('textbox', { name: 'Name' }).fill('backend')
    await page.getByRole('button', { name: 'Make the token' }).click()
    await page.getByText('A token without a scope can do nothing.').waitFor()
    await page.getByRole('checkbox', { name: 'push', exact: true }).check()
    await expectAccessible()
    await page.getByRole('button', { name: 'Make the token' }).click()
    const secret = await page.getByRole('textbox', { name: 'Token' }).inputValue()
    await expectAccessible()
    const who = () => fetch(`${url}/api/v1/session`, { headers: { authorization: `Bearer ${secret}` } })
    expect(await (await who()).json()).toMatchObject({ kind: 'token', name: 'backend', scopes: ['push'] })
    // It is not lost by a link, either.
    await page.getByRole('link', { name: '← API tokens' }).click()
    const question = page.getByRole('dialog', { name: 'Leave without the token?' })
    await question.getByRole('button', { name: 'Stay' }).click()
    await question.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'I have copied it' }).click()
    await page.getByRole('button', { name: 'Revoke backend' }).click()
    await page.getByRole('button', { name: 'Revoke the token' }).click()
    await page.getByText(/^Revoked: /).waitFor()
    expect((await who()).status).toBe(401)
    await expectAccessible()
    expect(await page.content()).not.toContain(secret)
  })

  test('one changes the own password and ends other sessions', async () => {
    const { url, page, goto } = await openAdmin({ withService: false })
    const elsewhere = await fetch(`${url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'another browser' },
      body: JSON.stringify({ username, password }),
    })
    expect(elsewhere.status).toBe(200)
    await goto('/account', 'Password and sessions')
    await page.getByText('another browser').waitFor()
    await page.getByRole('button', { name: /^End the session/ }).click()
    await page.getByText('another browser').waitFor({ state: 'detached' })
    await page.getByRole('textbox', { name: 'Present password' }).fill('wrong')
    await page.getByRole('textbox', { name: 'New password', exact: true }).fill('a new password')
    await page.getByRole('textbox', { name: 'New password once more' }).fill('a new passwort')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('This is not the new password.').waitFor()
    await page.getByRole('textbox', { name: 'New password once more' }).fill('a new password')
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('it is not your password').waitFor()
    const present = page.getByRole('textbox', { name: 'Present password' })
    await present.and(page.locator(':focus')).waitFor()
    expect(await present.getAttribute('aria-invalid')).toBe('true')
    await page.getByRole('textbox', { name: 'Present password' }).fill(password)
    await page.getByRole('button', { name: 'Change the password' }).click()
    await page.getByText('Your password is changed.').waitFor()
    // The browser goes on in a new session.
    await page.reload()
    await page.getByText('this one').waitFor()
  })
})

import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

describe.skipIf(!hasBrowser)('a device', () => {
  test('is added and edited, and another’s change is not overwritten unseen', async () => {
    const { app, simulator, service, page, goto, expectAccessible } = await openAdmin()
    await app.users.create({ username: 'anna' })
    const gone = await app.users.create({ username: 'andrew' })
    const { hostname, port, key, ca } = simulator
    await app.services.create({ name: 'other', hostname, port, topic: 'com.example.other', key, ca })
    await goto('/devices/new', 'Add a device')
    await page.getByRole('button', { name: 'Add the device' }).click()
    await page.getByText('Choose the service whose app it is').waitFor()
    await page.getByText('Give the token: a device is known by it').waitFor()
    await expectAccessible()
    await page.getByRole('combobox', { name: 'Service' }).click()
    await page.getByRole('option', { name: 'demo' }).click()
    await page.getByRole('textbox', { name: 'Token' }).fill('<aabb xyz>')
    await page.getByLabel('Attributes').fill('[]')
    await page.getByRole('button', { name: 'Add the device' }).click()
    await page.getByText('This is no JSON object').waitFor()
    await page.getByLabel('Attributes').fill('{}')
    await page.getByText('This is no JSON object').waitFor({ state: 'detached' })
    await page.getByLabel('Attributes').fill('{a}')
    await page.getByRole('button', { name: 'Add the device' }).click()
    await page.getByText('This is no JSON object').waitFor()
    await page.getByLabel('Attributes').fill('{"plan":"gold"}')
    await page.getByRole('button', { name: 'Add the device' }).click()
    // What the API says of the token stands at the token.
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Token' }).getAttribute('aria-invalid'))
      .toBe('true')
    await page.getByRole('textbox', { name: 'Token' }).fill(`<${'aabbccdd '.repeat(8)}>`)
    await page.getByLabel('Platform').fill('iPhone')
    // What the API says of a part stands at the whole, without its name.
    await page.getByRole('combobox', { name: 'Tags' }).fill('t'.repeat(65))
    await page.getByRole('combobox', { name: 'Tags' }).press('Enter')
    await page.getByRole('button', { name: 'Add the device' }).click()
    await page.getByText(/^"t+\.{3} is not allowed/).waitFor()
    await page.getByRole('combobox', { name: 'Tags' }).press('Backspace')
    await page.getByRole('combobox', { name: 'Tags' }).fill('beta')
    await page.getByRole('combobox', { name: 'Tags' }).press('Enter')
    await page.getByRole('combobox', { name: 'Users' }).fill('an')
    await page.getByRole('option', { name: 'andrew' }).click()
    // The device is added, and a user is not there any more.
    await app.users.remove(gone.id)
    await page.getByRole('button', { name: 'Add the device' }).click()
    await page.getByText('The device was added. Its users could not be set').waitFor()
    await page.getByRole('heading', { level: 1, name: 'Edit device 1' }).waitFor()
    await page.getByRole('combobox', { name: 'Users' }).fill('an')
    await page.getByRole('option', { name: 'anna' }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'Device 1' }).waitFor()
    const user = await app.users.get(2)
    expect(await app.devices.get(1)).toMatchObject({
      token: 'aabbccdd'.repeat(8),
      serviceId: service,
      platform: 'iPhone',
      tags: ['beta'],
      attributes: { plan: 'gold' },
      users: [user?.id],
    })
    await page.getByRole('link', { name: 'anna' }).waitFor()

    await page.getByRole('link', { name: 'Edit' }).click()
    await page.getByRole('heading', { level: 1, name: 'Edit device 1' }).waitFor()
    await page.getByLabel('OS version').fill('17.4')
    // Its app says something meanwhile.
    await app.devices.register({ token: 'aabbccdd'.repeat(8), service, platform: 'iPad' })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').getByText('The device has changed meanwhile').waitFor()
    await expectAccessible()
    await page.getByRole('button', { name: 'Save my fields all the same' }).click()
    await page.getByRole('heading', { level: 1, name: 'Device 1' }).waitFor()
    expect(await app.devices.get(1)).toMatchObject({ platform: 'iPad', osVersion: '17.4', tags: ['beta'] })

    // The same by loading anew.
    await goto('/devices/1/edit', 'Edit device 1')
    await page.getByLabel('Platform').fill('mine')
    await app.devices.update(1, { platform: 'theirs' })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Load anew' }).click()
    await expect.poll(() => page.getByLabel('Platform').inputValue()).toBe('theirs')
    await page.getByLabel('Platform').fill('')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'Device 1' }).waitFor()
    expect(await app.devices.get(1)).toMatchObject({ platform: '' })

    await goto('/devices/99', 'Device 99')
    await page.getByRole('alert').getByText('PUSH_ERR_DEVICE_NOT_FOUND').waitFor()
    await expectAccessible()
    await goto('/notifications/new?device=99', 'New notification')
    await page.getByRole('alert').getByText('PUSH_ERR_DEVICE_NOT_FOUND').waitFor()
  })

  test('tells why somebody did not get a push', async () => {
    const { app, simulator, service, page, goto, registerDevices, expectAccessible } = await openAdmin()
    // One alone could not be pushed past.
    const [token] = await registerDevices(2)
    const push = async (alert: string) => {
      await app.push({ service, payload: { aps: { alert } } })
    }
    await goto('/devices/1', 'Device 1')
    await page.getByText('Nothing has been pushed to it yet').waitFor()
    await push('The first')
    await page.reload()
    await page.getByText('This device gets pushes').waitFor()

    // By hand.
    await page.getByRole('button', { name: 'Deactivate' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click()
    await page.getByText('This device gets no pushes: it is inactive').waitFor()
    await push('The second')
    await page.reload()
    const entries = page.getByRole('list', { name: 'Timeline' }).getByRole('listitem')
    await entries.filter({ hasText: 'The second' }).getByText('skipped').waitFor()
    await page.getByRole('button', { name: 'Reactivate' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Reactivate' }).click()
    await page.getByRole('link', { name: 'Send a test' }).waitFor()
    expect(await page.getByRole('link', { name: 'Send a test' }).getAttribute('href')).toBe(
      '/admin/notifications/new?device=1',
    )

    // By Apple, whose news is newer than the registration.
    simulator.unregister(token!, Date.now() + 60_000)
    await push('The third')
    await page.reload()
    const third = entries.filter({ hasText: 'The third' })
    await third.getByText('Unregistered (410)').waitFor()
    await page.getByRole('alert').getByText('The app was removed from the device').waitFor()
    await entries.filter({ hasText: 'Apple said that the token is dead' }).waitFor()
    await third.getByRole('button', { name: 'Show the payload' }).click()
    await third.getByText('"alert": "The third"').waitFor()
    expect(await third.getByRole('link', { name: /^Push \d+$/ }).getAttribute('href')).toMatch(
      /^\/admin\/pushes\/\d+$/,
    )
    await entries.filter({ hasText: 'The first' }).getByText('accepted', { exact: true }).waitFor()
    await expectAccessible()
    await page.getByText('What went wrong').click()
    await entries.filter({ hasText: 'The first' }).waitFor({ state: 'detached' })
    await third.waitFor()

    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor()
    expect(await app.devices.get(1)).toBeUndefined()

    // What has not come to it yet says nothing of a new one, and stands above what is over.
    await app.submit({ service, message: 'Some day' }, { at: new Date(Date.now() + 86_400_000) })
    const { device } = await app.devices.register({ token: 'ab'.repeat(32), service })
    await goto(`/devices/${device.id}`, `Device ${device.id}`)
    await page.getByText('Nothing has been pushed to it yet').waitFor()
    expect(await entries.allInnerTexts()).toEqual([
      expect.stringContaining('Some day'),
      expect.stringContaining('The device came into the registry'),
    ])
  })
})

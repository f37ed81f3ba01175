import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

describe.skipIf(!hasBrowser)('composing and pushing', () => {
  test('a service is made, a device registered by HTTP, a notification composed, pushed, accepted, and received by the simulator', async () => {
    const { page, url, app, simulator, goto, expectAccessible } = await openAdmin({ withService: false })
    const { hostname, port, key, ca } = simulator
    await goto('/services/new', 'Add a service')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('demo')
    await page.getByRole('combobox', { name: 'Host name' }).fill(hostname)
    await page.getByLabel('Topic').fill('com.example.demo')
    await page.getByRole('textbox', { name: 'Key', exact: true }).fill(key.p8)
    await page.getByLabel('Key id').fill(key.keyId)
    await page.getByLabel('Team id').fill(key.teamId)
    await page.getByLabel('Port').fill(String(port))
    await page.getByRole('textbox', { name: 'Certificate authorities' }).fill(ca)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'demo' }).waitFor()
    const [made] = await app.services.list()
    const service = made!.id

    const token = 'ab'.repeat(32)
    // As an app does it.
    const answer = await fetch(`${url}/ios-notifications/device/`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ token, service: String(service) }),
    })
    expect(answer.status).toBe(201)

    await goto('/notifications', 'Notifications')
    await page.getByRole('link', { name: 'Compose a notification' }).first().click()
    await page.getByRole('heading', { level: 1, name: 'New notification' }).waitFor()
    await page.getByLabel('Title', { exact: true }).fill('Storm warning')
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Stay at home')
    await page.getByLabel('Badge').fill('2')
    await page.getByRole('combobox', { name: 'Sound' }).fill('default')
    const lockScreen = page.getByRole('region', { name: 'Preview of the lock screen' })
    expect(await lockScreen.innerText()).toContain('Stay at home')
    await page.getByText('keeps Apple’s rules').waitFor()

    // What is wrong is said while it is typed.
    await page.getByLabel('Custom payload').fill('{ "order": ')
    await page.getByText('This is no JSON').waitFor()
    await page.getByLabel('Custom payload').fill(JSON.stringify({ long: 'x'.repeat(5000) }))
    await page.getByText('too many').waitFor()
    await page.getByText('PUSH_ERR_PAYLOAD_TOO_LARGE').waitFor()
    await page.getByLabel('Custom payload').fill('{ "order": 42 }')
    // At the field, without the name that it has in the API.
    await page.getByLabel('Collapse id').fill('c'.repeat(65))
    await page.getByText(/^"c+\.{3} has 65 bytes; at most 64 are allowed$/).waitFor()
    await page.getByLabel('Collapse id').fill('')
    await page.getByText('keeps Apple’s rules').waitFor()
    await expectAccessible()

    // The JSON and the fields are one: what is changed in one of them is in the other.
    await page.getByRole('tab', { name: 'JSON' }).click()
    const json = page.getByLabel('Payload as JSON')
    const payload = JSON.parse(await json.inputValue())
    expect(payload).toEqual({
      aps: { alert: { title: 'Storm warning', body: 'Stay at home' }, badge: 2, sound: 'default' },
      order: 42,
    })
    payload.aps.alert.subtitle = 'North coast'
    await json.fill(JSON.stringify(payload))
    await page.getByRole('tab', { name: 'Fields' }).click()
    await expect.poll(() => page.getByLabel('Subtitle', { exact: true }).inputValue()).toBe('North coast')

    await page.getByRole('button', { name: 'Save and push now' }).click()
    await page.getByRole('heading', { level: 1, name: 'Push now' }).waitFor()
    await page.getByRole('button', { name: 'Push to 1 device now' }).click()
    const question = page.getByRole('dialog', { name: 'Push to 1 device of demo now?' })
    await question.waitFor()
    await question.getByRole('button', { name: 'Push now' }).click()

    await page.getByRole('heading', { level: 1, name: 'Push 1' }).waitFor()
    await page.getByText('Every device has its outcome.').waitFor()
    await page.getByRole('row', { name: /^accepted 1 / }).waitFor()
    const [received, ...others] = simulator.received(token)
    expect(others).toEqual([])
    expect(received!.payload).toEqual(payload)
    await page.getByRole('link', { name: 'Notification 1' }).click()
    await page.getByRole('heading', { level: 1, name: 'Notification 1' }).waitFor()
    expect(await page.getByLabel('Subtitle', { exact: true }).inputValue()).toBe('North coast')
  })

  test('what no field can say is kept as JSON; a change of somebody else is not overwritten', async () => {
    const { page, app, service, goto, expectAccessible } = await openAdmin({ colorScheme: 'dark' })
    const payload = { aps: { alert: { body: 'Hello', 'launch-image': 'rain.png' } } }
    const { id } = await app.notifications.create({ service, payload })
    await goto(`/notifications/${id}`, `Notification ${id}`)
    await page.getByText('This payload is written as JSON').waitFor()
    await expectAccessible()
    await page.getByRole('button', { name: 'Edit the JSON' }).click()
    const json = page.getByLabel('Payload as JSON')
    await json.fill('{ "aps": ')
    await page.getByText('This is no JSON').waitFor()
    await page.getByRole('button', { name: 'Save and continue editing' }).click()
    await page.getByText('The payload is no JSON yet.').waitFor()
    const changed = { aps: { alert: { body: 'Good evening', 'launch-image': 'rain.png' } } }
    await json.fill(JSON.stringify(changed))
    await page.getByRole('button', { name: 'Save and continue editing' }).click()
    await page.getByText('The notification is saved.').waitFor()
    expect(await app.notifications.get(id)).toMatchObject({ payload: changed, message: 'Good evening' })

    await app.notifications.change(id, { payload: null, message: 'Theirs' })
    await page.getByLabel('Collapse id').fill('weather')
    await page.getByRole('button', { name: 'Save and continue editing' }).click()
    const question = page.getByRole('dialog', { name: 'Somebody else has changed it' })
    await question.getByRole('button', { name: 'Load theirs' }).click()
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Message', exact: true }).inputValue())
      .toBe('Theirs')
    expect(await app.notifications.get(id)).toMatchObject({ message: 'Theirs', collapseId: null })

    // What is typed while it is saved is not saved with it, whatever else is typed and put back later.
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await page.route(/api\/v1\/notifications\/\d+$/, async (route) => {
      await held
      await route.continue()
    })
    await page.getByLabel('Collapse id').fill('weather')
    await page.getByRole('button', { name: 'Save and continue editing' }).click()
    await page.getByLabel('Title', { exact: true }).fill('late')
    letGo()
    await expect.poll(() => page.locator('[data-loading]').count()).toBe(0)
    expect(await app.notifications.get(id)).toMatchObject({ title: '', collapseId: 'weather' })
    await page.getByLabel('Collapse id').fill('storm')
    await page.getByLabel('Collapse id').fill('weather')
    await page.getByRole('link', { name: 'Devices' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Stay' }).click()
    await page.getByLabel('Title', { exact: true }).fill('')

    await goto('/notifications?lastSent=never', 'Notifications')
    await page.getByLabel('Search').fill('theirs')
    await page.waitForURL(/search=theirs/)
    await page.getByRole('link', { name: 'Theirs' }).waitFor()
    await page.getByLabel('Search').fill('ours')
    await page.getByText('No notification fits these filters.').waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByRole('link', { name: 'Theirs' }).click()
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('There is no notification yet.').waitFor()
  })
})

import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

const HOUR_MS = 3_600_000

describe.skipIf(!hasBrowser)('pushing to some, and later', () => {
  test('a test goes to one device; who would get it is counted, for users and for a condition; it is pushed at a time', async () => {
    const { app, simulator, service, page, goto, registerDevices } = await openAdmin({
      // Not that of the server's.
      timezoneId: 'Asia/Kolkata',
    })
    const tokens = await registerDevices(5)
    await app.devices.register({ service, token: tokens[4]!, tags: ['beta'], platform: 'iPad' })
    await app.devices.deactivate({ tokens: [tokens[3]!], service })
    const { id: anna } = await app.users.create({ username: 'anna' })
    await app.devices.update(1, { users: [anna] })
    await app.devices.update(5, { users: [anna] })

    await goto('/notifications/new', 'New notification')
    const screen = page.getByRole('region', { name: 'Preview of the lock screen' })
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('Any text '.repeat(60))
    // Cut after four lines, as on the device.
    const cut = `(() => {
      const it = [...document.querySelectorAll('section div')].findLast((div) => div.textContent.startsWith('Any text'))
      return [getComputedStyle(it).webkitLineClamp, it.scrollHeight > it.clientHeight]
    })()`
    expect(await page.evaluate(cut)).toEqual(['4', true])
    await page.getByRole('textbox', { name: 'Message', exact: true }).fill('')
    await page.getByRole('button', { name: 'Texts in the language of the device' }).click()
    await page.getByLabel('Message: key').fill('STORM')
    await page.getByLabel('Message: arguments').fill('Kiel\nat noon')
    await screen.getByText('“STORM” with Kiel, at noon').waitFor()
    await page.getByLabel('Custom payload').fill('{ "image": "https://example.com/storm.jpg" }')
    await page
      .getByText('The image https://example.com/storm.jpg is not shown without mutable-content')
      .waitFor()
    await page.getByRole('button', { name: 'More of what iOS understands' }).click()
    await page.getByLabel('The app may change it before it is shown').check()
    await page.getByText('may add the image https://example.com/storm.jpg').waitFor()
    await page.getByText('Dark', { exact: true }).click()
    expect(await screen.getAttribute('data-scheme')).toBe('dark')
    await page.getByRole('button', { name: 'Save and push now' }).click()
    await page.getByRole('heading', { level: 1, name: 'Push now' }).waitFor()
    const payload = {
      aps: { alert: { 'loc-key': 'STORM', 'loc-args': ['Kiel', 'at noon'] }, 'mutable-content': 1 },
      image: 'https://example.com/storm.jpg',
    }

    const testDevice = page.getByRole('combobox', { name: 'Test device' })
    await testDevice.fill('anna')
    await page.getByRole('option', { name: '00000000…00000004 iPad' }).click()
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('Accepted by Apple.').waitFor()
    expect(simulator.received(tokens[4]!)).toMatchObject([{ payload }])

    // What would come of it is told, and nothing sent.
    const dryRun = page.getByRole('region', { name: 'Dry run' })
    await dryRun.getByText('4 devices would get it.').waitFor()
    await dryRun.getByRole('button', { name: 'What Apple would get' }).click()
    await dryRun.getByText('com.example.demo').waitFor()
    await page.getByRole('radio', { name: 'All devices of users' }).check()
    await page.getByRole('combobox', { name: 'Users' }).fill('ann')
    await page.getByRole('option', { name: 'anna' }).click()
    await dryRun.getByText('2 devices would get it.').waitFor()
    await page.getByRole('radio', { name: 'Devices with these tokens' }).check()
    await page
      .getByRole('textbox', { name: 'Tokens' })
      .fill([tokens[0], tokens[3], 'ff'.repeat(32)].join('\n'))
    await dryRun.getByText('1 device would get it.').waitFor()
    await dryRun.getByText('Left out: 1 inactive, 1 not registered.').waitFor()
    // Lines are counted from 1, as the text area has them.
    await page.getByRole('textbox', { name: 'Tokens' }).fill(`${tokens[0]}\n\nxyz; ${tokens[1]}\npqr`)
    await dryRun.getByText(/^line 3: "xyz" is not hexadecimal/).waitFor()
    await dryRun.getByText(/^line 4: "pqr" is not hexadecimal/).waitFor()
    await page.getByRole('radio', { name: 'Devices that fit a condition' }).check()
    await page.getByRole('button', { name: 'Write it as JSON' }).click()
    await page.getByLabel('Condition as JSON').fill('{ "not": { "tags": ["beta"] } }')
    await dryRun.getByText('3 devices would get it.').waitFor()
    expect(await app.pushes.list({ service })).toHaveLength(1)

    await page.getByRole('radio', { name: 'At a time' }).check()
    await page.getByLabel('Begins').fill('2020-01-01T09:00')
    await page.getByText('This time is over').waitFor()
    await page.getByText('The time is over: choose a later one.').waitFor()
    expect(await page.getByRole('button', { name: 'Push to 3 devices at that time' }).isDisabled()).toBe(true)
    await page.getByLabel('Begins').fill('2099-01-01T09:00')
    await page.getByRole('button', { name: 'Push to 3 devices at that time' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Push then' }).click()
    await page.getByRole('heading', { level: 1, name: 'Push 2' }).waitFor()
    await page.getByText('scheduled').first().waitFor()
    expect(await app.pushes.get(2)).toMatchObject({
      state: 'scheduled',
      dueAt: Date.parse('2099-01-01T03:30Z'),
    })
    expect(simulator.received(tokens[0]!)).toEqual([])
  })
  test('what is shown is what is pushed, and pushed once', async () => {
    const { app, service, page, goto, registerDevices } = await openAdmin()
    await registerDevices(2)
    await goto('/notifications/new', 'New notification')
    const message = page.getByRole('textbox', { name: 'Message', exact: true })
    await message.fill('x'.repeat(2100))
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    // What is at fault is far above the button.
    await expect.poll(() => page.locator('textarea:focus').inputValue()).toHaveLength(2100)
    await message.fill('x'.repeat(2000))
    await page.getByLabel('Custom payload').fill(JSON.stringify({ long: 'x'.repeat(2500) }))
    await page.getByText('too many').waitFor()
    await page.getByRole('button', { name: 'Save and push now' }).click()
    const dryRun = page.getByRole('region', { name: 'Dry run' })
    await dryRun.getByText('too many').waitFor()
    expect(await page.evaluate('document.scrollingElement.scrollWidth - innerWidth')).toBe(0)
    await page.getByRole('link', { name: 'Notification 1' }).click()
    await message.fill('Hello')
    await page.getByRole('button', { name: 'Save and push now' }).click()
    await dryRun.getByText('2 devices would get it.').waitFor()
    await dryRun.getByText('Apple’s rules allow it.').waitFor()
    await page.getByRole('link', { name: 'Notification 1' }).click()
    await registerDevices(3)
    await page.getByRole('button', { name: /^Push now/ }).click()
    await dryRun.getByText('3 devices would get it.').waitFor()

    // A question does not outlive its page.
    const push = page.getByRole('button', { name: 'Push to 3 devices now' })
    const question = page.getByRole('dialog')
    await push.click()
    await question.waitFor()
    await page.goBack()
    await page.getByRole('heading', { level: 1, name: 'Notification 1' }).waitFor()
    await question.waitFor({ state: 'detached' })
    await page.goForward()

    // While it is looked whether it is still the same, a second click asks nothing more.
    let look = () => {}
    const looked = new Promise<void>((resolve) => {
      look = resolve
    })
    await page.route('**/api/v1/notifications/1', async (route) => {
      await looked
      await route.continue()
    })
    await push.click()
    await page.locator('button[data-loading]').waitFor()
    await page.locator('button[data-loading]').click({ force: true })
    look()
    await question.waitFor()
    // A request that gets no answer, and another one between, are repeated as what they were.
    let isLost = true
    await page.route('**/api/v1/pushes', async (route) => {
      const { dryRun } = route.request().postDataJSON()
      if (dryRun !== true && isLost) {
        isLost = false
        await route.fetch()
        await route.abort()
      } else await route.continue()
    })
    await question.getByRole('button', { name: 'Push now' }).click()
    await page.getByText('The server does not answer').first().waitFor()
    await question.waitFor({ state: 'detached' })
    await page.getByRole('combobox', { name: 'Test device' }).click()
    await page.getByRole('option').first().click()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Send a test' }).click()
    await page.getByText('Accepted by Apple.').waitFor()
    await push.click()
    await question.getByRole('button', { name: 'Push now' }).click()
    await page.getByRole('heading', { level: 1, name: 'Push 1' }).waitFor()
    expect(await app.pushes.list({ service })).toHaveLength(2)
  })

  test('the number in the question is the one of now', async () => {
    const { app, service, page, goto, registerDevices, expectAccessible } = await openAdmin()
    const start = Date.now()
    const tokens = await registerDevices(2)
    await app.notifications.create({ service, message: 'Hello' })
    await goto('/notifications/1/push', 'Push now')
    const push = page.getByRole('button', { name: /^Push to .* now$/ })
    await page.getByRole('button', { name: 'Push to 2 devices now' }).waitFor()

    // The page stays open for an hour.
    await registerDevices(3)
    await page.clock.setFixedTime(start + HOUR_MS)
    await push.click()
    const question = (devices: string) =>
      page.getByRole('dialog', { name: `Push to ${devices} of demo now?` })
    await question('3 devices')
      .getByText('It was 2 devices when they were counted; by now it is 3 devices.')
      .waitFor()
    await expectAccessible()
    // So does the question.
    await registerDevices(4)
    await page.clock.setFixedTime(start + 2 * HOUR_MS)
    await question('3 devices').getByRole('button', { name: 'Push now' }).click()
    await question('4 devices')
      .getByText('It was 3 devices when they were counted; by now it is 4 devices.')
      .waitFor()
    await question('4 devices').getByRole('button', { name: 'Cancel' }).click()
    await question('4 devices').waitFor({ state: 'detached' })
    expect(await app.pushes.list({ service })).toEqual([])
    // On the page, too.
    await page.getByText('4 devices would get it.').waitFor()
    await push.and(page.locator(':focus')).waitFor()

    const [token] = tokens
    await app.devices.deactivate({ tokens: [token!], service })
    await page.clock.setFixedTime(start + 3 * HOUR_MS)
    await push.click()
    await question('3 devices').getByRole('button', { name: 'Push now' }).click()
    await page.getByRole('heading', { level: 1, name: 'Push 1' }).waitFor()
    expect(await app.pushes.get(1)).toMatchObject({ audienceSize: 3 })
  })

  test('nobody is asked for a push that nobody would get by now', async () => {
    const { app, service, page, goto, registerDevices } = await openAdmin()
    const tokens = await registerDevices(1)
    await app.notifications.create({ service, message: 'Hello' })
    await goto('/notifications/1/push', 'Push now')
    await page.getByRole('button', { name: 'Push to 1 device now' }).waitFor()
    await app.devices.deactivate({ tokens, service })
    await page.clock.setFixedTime(Date.now() + HOUR_MS)
    await page.getByRole('button', { name: 'Push to 1 device now' }).click()
    await page.getByText('It can’t be pushed like this any more').waitFor()
    expect(await page.getByRole('dialog').count()).toBe(0)
    expect(await app.pushes.list({ service })).toEqual([])
  })

  test('a push goes at the local time of each device, with other options than usual', async () => {
    const { app, service, page, goto, registerDevices } = await openAdmin()
    await registerDevices(2)
    await app.notifications.create({ service, message: 'Good morning' })
    await goto('/notifications/1/push', 'Push now')
    await page.getByRole('button', { name: 'Options' }).click()
    await page.getByRole('combobox', { name: 'Urgency' }).click()
    await page.getByRole('option', { name: 'urgent' }).click()
    await page.getByRole('combobox', { name: 'Duplicates' }).click()
    await page.getByRole('option', { name: /^never/ }).click()
    await page.getByLabel('Attempts').fill('7')
    await page.getByRole('radio', { name: 'At a local time of each device' }).check()
    await page.getByRole('textbox', { name: 'Local time' }).fill('2099-01-01T09:00')
    const zone = page.getByRole('combobox', { name: 'Time zone of the others' })
    await zone.fill('Tokyo')
    await page.getByRole('option', { name: 'Asia/Tokyo' }).click()
    await page.getByRole('button', { name: 'Push to 2 devices at that time' }).click()
    const question = page.getByRole('dialog', {
      name: 'Push to 2 devices of demo at 2099-01-01 09:00 of their own time?',
    })
    const asked = page.waitForRequest('**/api/v1/pushes')
    await question.getByRole('button', { name: 'Push then' }).click()
    expect((await asked).postDataJSON()).toMatchObject({ timeZone: 'Asia/Tokyo' })
    await page.getByRole('heading', { level: 1, name: 'Push 1' }).waitFor()
    await page.getByText('2099-01-01 09:00').waitFor()
    expect(await app.pushes.get(1)).toMatchObject({
      ...{ state: 'scheduled', localTime: '2099-01-01T09:00:00' },
      ...{ urgency: 'urgent', duplicates: 'never', maxAttempts: 7 },
    })
  })
})

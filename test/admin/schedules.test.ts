import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

describe.skipIf(!hasBrowser)('schedules', () => {
  test('a notification is scheduled for devices that fit a condition; the schedule is paused, resumed and deleted', async () => {
    const { app, service, page, goto, registerDevices, expectAccessible } = await openAdmin()
    await registerDevices(3)
    await app.devices.register({ service, token: 'ab'.repeat(32), tags: ['beta'] })
    const { id } = await app.notifications.create({ service, message: 'Good morning' })
    await goto('/schedules', 'Schedules')
    await page.getByText('There is no schedule yet.').waitFor()
    await page.getByRole('link', { name: 'Add a schedule' }).first().click()
    await page.getByRole('combobox', { name: 'Notification' }).waitFor()
    expect(await page.getByRole('combobox', { name: 'Feedback service' }).count()).toBe(0)
    await page.getByRole('combobox', { name: 'Notification' }).click()
    await page.getByRole('option', { name: `${id}: Good morning` }).click()
    await page.getByRole('button', { name: 'Choose audience and times' }).click()
    await page.getByRole('heading', { level: 1, name: 'Push again and again' }).waitFor()
    await page.getByText('4 devices would get it.').waitFor()

    // Nobody is pushed to by a condition that is not complete.
    await page.getByRole('radio', { name: 'Devices that fit a condition' }).check()
    await page.getByText('Fill in every rule of the condition.').waitFor()
    expect(await page.getByRole('button', { name: 'Make the schedule' }).isDisabled()).toBe(true)
    await page.getByRole('group', { name: 'Rule 1' }).getByLabel('One of').fill('beta')
    await page.keyboard.press('Enter')
    await page.getByText('1 device would get it.').waitFor()
    await page.getByText('{"tags":["beta"]}').waitFor()
    const cron = page.getByLabel('Cron line')
    await cron.fill('0 9 * * MON-')
    await page.getByText('Next times, in your time zone').waitFor({ state: 'detached' })
    await cron.fill('0 9 * * MON-FRI')
    await page.getByText('Next times, in your time zone').waitFor()
    await expectAccessible()
    await page.getByRole('button', { name: 'Make the schedule' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Make the schedule' }).click()

    await page.getByRole('heading', { level: 1, name: 'Schedules' }).waitFor()
    await page.getByText('to devices that fit a condition').waitFor()
    await page.getByRole('link', { name: '“Good morning”' }).waitFor()
    const [schedule] = await app.schedules.list()
    expect(schedule).toMatchObject({
      cron: '0 9 * * MON-FRI',
      action: { audience: { where: { tags: ['beta'] } } },
    })
    await page.getByRole('button', { name: 'Next times of schedule 1' }).click()
    await page.getByRole('dialog').getByText('09:00').nth(9).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Pause schedule 1' }).click()
    await page.getByRole('button', { name: 'Resume schedule 1' }).waitFor()
    await expectAccessible()
    await page.getByRole('button', { name: 'Resume schedule 1' }).click()
    await page.getByRole('button', { name: 'Pause schedule 1' }).waitFor()
    await page.getByRole('button', { name: 'Delete schedule 1' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    await page.getByText('There is no schedule yet.').waitFor()
  })

  test('a feedback service is called again and again', async () => {
    const { app, service, page, goto } = await openAdmin()
    await app.feedbackServices.create({ name: 'dead tokens', hostname: 'feedback.push.apple.com', service })
    await goto('/schedules/new', 'New schedule')
    await page.getByRole('radio', { name: 'Call a feedback service' }).check()
    // The only one is chosen already.
    await page.getByLabel('Cron line').fill('0 5 * * *')
    await page.getByRole('button', { name: 'Make the schedule' }).click()
    await page.getByRole('link', { name: 'dead tokens' }).waitFor()
  })
})

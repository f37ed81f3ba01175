import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

describe.skipIf(!hasBrowser)('an audience by condition', () => {
  test('what was written is there as rules and as JSON; nothing of it is lost without a question', async () => {
    const { app, service, page, goto, registerDevices, expectAccessible } = await openAdmin()
    await registerDevices(3)
    await app.devices.register({ service, token: 'ab'.repeat(32), tags: ['beta'], platform: 'iPad' })
    const { id } = await app.notifications.create({ service, message: 'Hi' })
    await goto(`/notifications/${id}/push`, 'Push now')
    const dryRun = page.getByRole('region', { name: 'Dry run' })
    const json = page.getByLabel('Condition as JSON')
    const rule = (place: string) => page.getByRole('group', { name: `Rule ${place}`, exact: true })
    const toJson = page.getByRole('button', { name: 'Write it as JSON' })
    const toRules = page.getByRole('button', { name: 'Put it together instead' })
    await page.getByRole('radio', { name: 'Devices that fit a condition' }).check()
    await rule('1').getByLabel('One of').fill('beta')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Add a rule' }).click()
    await dryRun.getByText('Fill in every rule of the condition.').waitFor()

    // A rule that is not filled in takes the others with it neither there nor back.
    await toJson.click()
    expect(JSON.parse(await json.inputValue())).toEqual({ tags: ['beta'] })
    await page.getByText('Rules that are not filled in are left out of it.').waitFor()
    await dryRun.getByText('1 device would get it.').waitFor()
    await toRules.click()
    await rule('1').getByText('beta').waitFor()
    await rule('2').waitFor()

    // What rules can say is said by rules.
    await toJson.click()
    await json.fill('{"and":[{"not":{"tags":["beta"]}},{"or":[{"platform":["iPad"]},{"platform":[""]}]}]}')
    await dryRun.getByText('3 devices would get it.').waitFor()
    await toRules.click()
    const isNot = rule('1').getByRole('radio', { name: 'is not' })
    expect(await isNot.isChecked()).toBe(true)
    await rule('2.2').waitFor()
    await dryRun.getByText('3 devices would get it.').waitFor()
    // Each part that can be turned round says which it is.
    await page.getByRole('checkbox', { name: 'Turn group 2 round (not)' }).waitFor()
    await expectAccessible()
    await rule('1').getByText('is', { exact: true }).click()
    await page.getByRole('checkbox', { name: 'Turn it all round' }).check()
    await page.getByRole('button', { name: 'Remove group 2' }).click()
    await page.getByText('{"not":{"tags":["beta"]}}').waitFor()

    // What they can't is asked about.
    await toJson.click()
    for (const typed of ['{"devices":[4]}', '{"tags":["beta"']) {
      await json.fill(typed)
      await toRules.click()
      const question = page.getByRole('dialog', { name: 'Begin anew with rules?' })
      await question.getByRole('button', { name: 'Cancel' }).click()
      await question.waitFor({ state: 'detached' })
      expect(await json.inputValue()).toBe(typed)
    }
    await dryRun.getByText('Write the condition as JSON.').waitFor()
    await toRules.click()
    await page.getByRole('dialog').getByRole('button', { name: 'Begin anew' }).click()
    await rule('1').waitFor()
    expect(await page.getByText('beta').count()).toBe(0)
  })
})

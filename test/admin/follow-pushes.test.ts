import { describe, expect, onTestFinished, test } from 'vitest'
import { type Admin, hasBrowser, openAdmin, password, username } from './open-admin.js'

/** Slow enough to be stopped on the way. */
const SLOW = 5

describe.skipIf(!hasBrowser)('following a push', () => {
  test('it is paused, resumed and cancelled, its failures are shown, and those left get a retry', async () => {
    const { app, simulator, service, page, goto, registerDevices, expectAccessible } = await openAdmin()
    await goto('/pushes', 'Pushes')
    await page.getByText('Nothing was pushed yet.').waitFor()
    const [dead, last, next] = await registerDevices(1000)
    simulator.unregister(dead!, Date.now() + 60_000)
    await app.services.change(service, { maxPerSecond: SLOW })
    const push = await app.submit({ service, message: 'Hello' })

    await page.getByRole('link', { name: `${push.id}: Hello` }).click()
    await page.getByRole('heading', { level: 1, name: `Push ${push.id}` }).waitFor()
    // What comes is shown as it comes.
    await page.getByRole('row', { name: /^accepted [1-9]/ }).waitFor()
    await page.getByRole('cell', { name: 'Unregistered' }).first().waitFor()
    await page.getByText(/^[1-9]\d* devices? a second$/).waitFor()
    await page.getByRole('img', { name: /^[1-9]\d* accepted, 1 rejected, 0 unknown, 0 unsent/ }).waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await page.getByText('Nothing is sent until it is resumed.').waitFor()
    expect(await app.pushes.get(push.id)).toMatchObject({ state: 'paused', stateBy: username })
    await expectAccessible()
    // Who does not look takes no stream of the server's.
    const isStream = (request: { url(): string }) => request.url().endsWith('/events')
    const closed = page.waitForEvent('requestfailed', isStream)
    await page.evaluate(becomeSeen('hidden'))
    await closed
    const opened = page.waitForRequest(isStream)
    await page.evaluate(becomeSeen('visible'))
    await opened
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('It is being sent.').or(page.getByText('It waits for a worker.')).waitFor()
    await page.getByRole('button', { name: 'Cancel the push' }).click()
    // What leaves it alone does not say “cancel”.
    await page.getByRole('dialog').getByRole('button', { name: 'Keep it' }).waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel the push' }).click()
    await page.getByText('It was ended before everybody had it.').waitFor()
    await page.getByRole('cell', { name: 'NotAttempted' }).first().waitFor()

    // One device at fault leads to its page.
    const link = page.getByRole('link', { name: 'device 1', exact: true })
    expect(await link.getAttribute('href')).toBe('/admin/devices/1')
    await app.services.change(service, { maxPerSecond: null })
    await page.getByRole('button', { name: 'Retry failed' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click()
    await page.getByRole('heading', { level: 1, name: `Push ${push.id + 1}` }).waitFor()
    await page.getByText('Every device has its outcome.').waitFor()
    await page.getByText('No device failed.').waitFor()
    expect(await page.getByRole('button', { name: 'Retry failed' }).count()).toBe(0)
    const [first, retry] = [await app.pushes.get(push.id), await app.pushes.get(push.id + 1)]
    expect(first!.accepted + retry!.accepted).toBe(999)

    // Where only dead tokens are left there is nobody to push to again.
    simulator.unregister(last!, Date.now() + 60_000)
    const { pushId: third } = await app.push({ service, message: 'Again' }, { tokens: [last!, next!] })
    await goto(`/pushes/${third}`, `Push ${third}`)
    await page.getByRole('row', { name: /^rejected Unregistered .*it is dead\. 1 leaves out$/ }).waitFor()
    expect(await page.getByRole('button', { name: 'Retry failed' }).count()).toBe(0)

    await goto('/pushes?state=cancelled', 'Pushes')
    await page.getByRole('link', { name: `${push.id}: Hello` }).waitFor()
    expect(await page.getByRole('link', { name: `${push.id + 1}: Hello` }).count()).toBe(0)

    // Whoever has gone elsewhere is left there.
    let letGo = () => {}
    const held = new Promise<void>((resolve) => {
      letGo = resolve
    })
    await page.route(/\/retry$/, async (route) => {
      await held
      await route.continue()
    })
    await page.getByRole('link', { name: `${push.id}: Hello` }).click()
    await page.getByRole('button', { name: 'Retry failed' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Retry' }).click()
    await page.getByRole('link', { name: 'Audit log' }).click()
    await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor()
    letGo()
    await page.getByText(/^Push \d+ tries again\.$/).waitFor()
    await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor()
  })

  test('devices that a push has not come to are counted, and it says that they are not listed', async () => {
    const { app, service, page, goto, registerDevices } = await openAdmin({ withWorker: false })
    await registerDevices(3)
    const { id } = await app.submit({ service, message: 'Hello' })
    await app.pushes.cancel(id)
    await goto(`/pushes/${id}`, `Push ${id}`)
    await page.getByRole('row', { name: /^unsent NotAttempted .* 3 tries again$/ }).waitFor()
    const none = page.getByText('There is no such device, or it is not kept any more.')
    const unlisted = page.getByText('Devices that were not attempted are counted, and not listed one by one.')
    await unlisted.waitFor()
    expect(await none.count()).toBe(0)
    await page.getByRole('combobox', { name: 'Outcome' }).click()
    await page.getByRole('option', { name: 'rejected' }).click()
    await none.waitFor()
    expect(await unlisted.count()).toBe(0)
  })

  test('in the development environment those that accepted keep no failure from being seen', async () => {
    const { app, simulator, service, page, goto, registerDevices } = await openAdmin({
      environment: 'development',
    })
    const tokens = await registerDevices(120)
    const why = page.getByRole('heading', { name: 'Why devices did not accept' })
    const rows = page.getByRole('table', { name: 'deliveries' }).getByRole('row')
    const { pushId: first } = await app.push({ service, message: 'Hello' }, { tokens: tokens.slice(0, 2) })
    await goto(`/pushes/${first}`, `Push ${first}`)
    // Who accepted has an apns-unique-id, and with it a row, where nobody failed.
    await page.getByText('No device failed.').waitFor()
    await rows.filter({ hasText: 'accepted' }).first().waitFor()
    expect(await why.count()).toBe(0)

    // The first answer and the last: between them stand more that accepted than a page has.
    simulator.unregister(tokens[119]!, Date.now() + 60_000)
    simulator.unregister(tokens[0]!, Date.now() + 60_000)
    await app.services.change(service, { maxPerSecond: 100 })
    const { id } = await app.submit({ service, message: 'Again' })
    await goto(`/pushes/${id}`, `Push ${id}`)
    const dead = (number: number) => rows.filter({ hasText: `device ${number}rejected` })
    await dead(1).waitFor()
    await why.waitFor()
    await page.getByText('Every device has its outcome.').waitFor()
    await dead(120).waitFor()
    await dead(1).waitFor()
    expect(await rows.count()).toBe(3)
    await page.getByRole('combobox', { name: 'Outcome' }).click()
    await page.getByRole('option', { name: 'accepted', exact: true }).click()
    await rows.filter({ hasText: 'device 2accepted' }).waitFor()
  })

  test('where the server has no stream left, the page asks now and then', async () => {
    const admin = await openAdmin()
    const { app, service, page, goto, registerDevices } = admin
    await registerDevices(50)
    await app.services.change(service, { maxPerSecond: SLOW })
    const push = await app.submit({ service, message: 'Hello' })
    await app.pushes.pause(push.id)
    await takeAllStreams(admin, push.id)
    const refused = page.waitForResponse((answer) => answer.url().endsWith('/events'))
    await goto(`/pushes/${push.id}`, `Push ${push.id}`)
    expect((await refused).status()).toBe(503)
    await app.pushes.cancel(push.id)
    await page.getByText('It was ended before everybody had it.').waitFor()
  })
})

/** A script after which the page is seen, or not, as when another tab is chosen. */
function becomeSeen(state: 'visible' | 'hidden'): string {
  return `Object.defineProperty(document, 'visibilityState', { value: '${state}', configurable: true })
    document.dispatchEvent(new Event('visibilitychange'))`
}

/** Opens as many streams of events as the server has. */
async function takeAllStreams({ url }: Admin, push: number): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`
  const over = new AbortController()
  onTestFinished(() => over.abort())
  const answers: Response[] = []
  do
    answers.push(
      await fetch(`${url}/api/v1/pushes/${push}/events`, { headers: { authorization }, signal: over.signal }),
    )
  while (answers.at(-1)?.ok)
  // Those that nobody holds would be ended.
  onTestFinished(() => void answers.splice(0))
}

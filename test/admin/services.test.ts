import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { apple, elliptic, newP8 } from '../model/credentials.js'
import { dropFile } from './drop-file.js'
import { hasBrowser, openAdmin } from './open-admin.js'

const p12 = readFileSync(join(import.meta.dirname, '../store/fixtures/keychain-rc2.p12'))

describe.skipIf(!hasBrowser)('services', () => {
  test('a service is added with a dropped key, checked, changed and deleted with all that it has', async () => {
    const { page, simulator, app, goto, expectAccessible } = await openAdmin({ withService: false })
    const { hostname, port, key, ca } = simulator
    await goto('/services', 'Services')
    await page.getByText('There is no service yet').waitFor()
    await page.getByRole('link', { name: 'Add a service' }).first().click()
    await page.getByRole('heading', { name: 'Add a service' }).waitFor()
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('shop')
    await page.getByRole('combobox', { name: 'Host name' }).fill('gateway.sandbox.push.apple.com')
    await page.getByText('pushes go to api.sandbox.push.apple.com').waitFor()
    await page.getByRole('combobox', { name: 'Host name' }).fill(hostname)
    await page.getByLabel('Topic').fill('com.example.demo')

    // What is no key is told before it is saved.
    const field = page.getByRole('textbox', { name: 'Key', exact: true })
    await field.fill('-----BEGIN PRIVATE KEY-----')
    await page.getByText(/^it is not a private key.*use the .p8 file as Apple gave it/).waitFor()
    await dropFile(page, field, 'holiday.mov', Buffer.alloc(200_001))
    await page.getByText('holiday.mov is larger than 200 kB').waitFor()
    expect(await field.inputValue()).toBe('-----BEGIN PRIVATE KEY-----')
    await dropFile(page, field, 'AuthKey_ABC123DEFG.p8', key.p8)
    await expect.poll(() => page.getByLabel('Key id').inputValue()).toBe('ABC123DEFG')
    await page.getByText('This is a key that can sign for Apple').waitFor()
    await page.getByLabel('Key id').fill(key.keyId)
    await page.getByLabel('Team id').fill('short')
    await page.getByText(/^"short" is not allowed; Apple's ids have 10 characters/).waitFor()
    await expectAccessible()
    await page.getByLabel('Team id').fill(key.teamId)
    // What is not allowed is told, not turned into something else.
    await page.getByLabel('Port').fill('99999')
    await page.getByText('"99999" is not allowed').or(page.getByText('99999 is not allowed')).waitFor()
    await page.getByLabel('Port').fill(String(port))
    await page.getByRole('textbox', { name: 'Certificate authorities' }).fill(ca)
    await page.getByRole('button', { name: 'Save' }).click()

    await page.getByRole('heading', { level: 1, name: 'shop' }).waitFor()
    expect(await page.getByText('is stored. It is not shown').innerText()).toContain(key.keyId)
    await page.getByRole('button', { name: 'Check connection' }).click()
    await page.getByText('The service can be used').waitFor()
    await expectAccessible()

    // Somebody else is quicker.
    const [service] = await app.services.list()
    await app.services.change(service!.id, { maxPerSecond: 7 })
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('mine')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('button', { name: 'Load it anew' }).click()
    await expect.poll(() => page.getByLabel('Pushes a second').inputValue()).toBe('7')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('store')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'store' }).waitFor()
    // Whoever saves goes on from there.
    await page.getByRole('button', { name: 'Save' }).and(page.locator(':focus')).waitFor()

    await app.devices.register({ token: 'ab'.repeat(32), service: service!.id })
    await page.getByRole('button', { name: 'Delete', exact: true }).click()
    // Enter at once would do nothing, and nothing is done yet.
    await expect.poll(() => page.locator(':focus').innerText()).toBe('Cancel')
    expect(await page.locator('[data-loading]').count()).toBe(0)
    await page.getByRole('button', { name: 'Delete the service' }).click()
    await page.getByRole('dialog', { name: 'Delete all that belongs to store?' }).waitFor()
    await expectAccessible()
    await page.getByRole('button', { name: 'Delete all of it' }).click()
    await page.getByText('There is no service yet').waitFor()
    expect(await app.services.list()).toEqual([])
  })

  test('certificates are checked while they are typed, and take the place of the stored credential', async () => {
    const { page, app, service, goto, expectAccessible } = await openAdmin()
    await goto(`/services/${service}`, 'demo')
    await page.getByRole('button', { name: 'Replace the credential' }).click()
    await page.getByText('PEM files').click()
    await page.getByRole('textbox', { name: 'Certificate', exact: true }).fill(apple.certificate)
    // As Apple gives it, in binary form.
    const certificateText = page.getByRole('textbox', { name: 'Certificate', exact: true })
    const text = await certificateText.inputValue()
    await certificateText.fill('')
    await dropFile(page, certificateText, 'aps.cer', new X509Certificate(apple.certificate).raw)
    await expect.poll(async () => (await certificateText.inputValue()).trim()).toBe(text.trim())
    await page.getByRole('textbox', { name: 'Private key' }).fill(elliptic.privateKey)
    await page.getByText(/it does not belong to the certificate/).waitFor()
    await page.getByText(/the certificate is not for com.example.demo/).waitFor()
    await expectAccessible()
    await page.getByLabel('Topic').fill('com.example.app')
    await page.getByRole('textbox', { name: 'Private key' }).fill(apple.privateKey)
    await page.getByText(/it does not belong to the certificate/).waitFor({ state: 'detached' })
    await page.getByText(/the certificate is not for/).waitFor({ state: 'detached' })

    // One file may hold both.
    await page.getByRole('textbox', { name: 'Private key' }).fill('')
    await page.getByText(/it is missing, and the certificate file holds none/).waitFor()
    const both = `${apple.certificate}${apple.privateKey}`
    await dropFile(page, page.getByRole('textbox', { name: 'Certificate', exact: true }), 'both.pem', both)
    await page.getByText(/it is missing, and the certificate file holds none/).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('A certificate with its private key is stored').waitFor()
    expect(await app.services.get(service)).toMatchObject({ authentication: 'certificate' })

    await page.getByRole('button', { name: 'Replace the credential' }).click()
    await page.getByText('.p12 file', { exact: true }).click()
    await dropFile(page, page.getByRole('group', { name: 'File' }), 'old.p12', p12)
    await page.getByRole('textbox', { name: 'Passphrase' }).fill('wrong')
    await page.getByText(/^it does not open/).waitFor()
    await page.getByRole('textbox', { name: 'Passphrase' }).fill('secret')
    await page.getByText('The certificate could be read').waitFor()
    await expectAccessible()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('A certificate with its private key is stored').waitFor()
    expect(await app.services.get(service)).toMatchObject({ authentication: 'certificate' })
    await page.getByRole('link', { name: '← Services' }).click()
    await page.getByRole('columnheader', { name: 'Certificate expires' }).waitFor()
    const { certificate } = (await app.services.get(service))!
    const end = Date.parse(new X509Certificate(certificate!).validTo)
    for (const [days, warning] of [
      [29.5, 'in 29 days'],
      [-1, 'expired'],
    ] as const) {
      await page.clock.setFixedTime(end - days * 86_400_000)
      await page.reload()
      await page.getByRole('cell').getByText(warning, { exact: true }).waitFor()
      await expectAccessible()
    }
  })

  test('an encrypted key needs its passphrase; certificates that are over, or of the other environment, are told of', async () => {
    const { page, app, simulator, goto } = await openAdmin({ withService: false })
    const { hostname, port, ca } = simulator
    const topic = 'com.example.demo'
    const passphrase = 'sesame'
    await goto('/services/new', 'Add a service')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('shop')
    await page.getByRole('combobox', { name: 'Host name' }).fill('api.push.apple.com')
    await page.getByLabel('Topic').fill(topic)
    await page.getByText('PEM files').click()
    const certificate = page.getByRole('textbox', { name: 'Certificate', exact: true })
    const key = page.getByRole('textbox', { name: 'Private key' })

    const old = simulator.issueCertificate({ topic, expired: true })
    await certificate.fill(old.certificate)
    await key.fill(old.privateKey)
    await page.getByText(/^it expired on \d{4}-\d\d-\d\d; make a new one/).waitFor()

    const sandbox = simulator.issueCertificate({ topic, environments: ['sandbox'], passphrase })
    await certificate.fill(sandbox.certificate)
    await key.fill(sandbox.privateKey)
    await page.getByText(/^it expired on/).waitFor({ state: 'detached' })
    await page
      .getByText(/^api.push.apple.com is Apple's production host, and the certificate is for sandbox only/)
      .waitFor()
    await page.getByRole('combobox', { name: 'Host name' }).fill(hostname)
    await page.getByText(/Apple's production host/).waitFor({ state: 'detached' })

    const field = page.getByRole('textbox', { name: 'Passphrase' })
    await page.getByText('the private key is encrypted, and no passphrase was given').waitFor()
    await field.fill('wrong')
    await page.getByText(/^it does not open/).waitFor()
    await page.getByLabel('Port').fill(String(port))
    await page.getByRole('textbox', { name: 'Certificate authorities' }).fill(ca)
    await page.getByRole('button', { name: 'Save' }).click()
    // It is refused, and gone to.
    await field.and(page.locator(':focus')).waitFor()
    expect(await app.services.list()).toEqual([])
    await field.fill(passphrase)
    await page.getByText(/^it does not open/).waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { level: 1, name: 'shop' }).waitFor()
    await page.getByRole('button', { name: 'Check connection' }).click()
    await page.getByText('The service can be used').waitFor()
  })

  test('a connection that does not work says why; a file that is missing is gone to', async () => {
    const { page, app, simulator, service, goto, expectAccessible } = await openAdmin()
    await app.services.change(service, { key: { ...simulator.key, p8: newP8() } })
    await goto(`/services/${service}`, 'demo')
    await page.getByRole('button', { name: 'Check connection' }).click()
    const result = page.getByRole('status').filter({ hasText: 'The service can not be used' })
    await result.getByText('InvalidProviderToken').waitFor()
    await expectAccessible()

    await page.getByRole('button', { name: 'Replace the credential' }).click()
    await page.getByText('.p12 file', { exact: true }).click()
    await page.getByRole('button', { name: 'Save' }).click()
    const choose = page.getByRole('button', { name: 'Choose a file: File' })
    await choose.and(page.locator(':focus')).waitFor()
    expect(await choose.getAttribute('aria-invalid')).toBe('true')
    const description = await choose.getAttribute('aria-describedby')
    expect(await page.locator(`id=${description}`).innerText()).toBe('A .p12 file is needed.')
    await expectAccessible()
  })
})

import { readFile } from 'node:fs/promises'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

const token = (number: number) => number.toString(16).padStart(64, '0')
const fileOf = (name: string, content: string | Buffer) => ({
  name,
  mimeType: 'text/csv',
  buffer: Buffer.from(content),
})

/** A script that makes what a drop of a file brings; `content` is a script, too. */
function droppedFile(name: string, content: string): string {
  return `(() => {
    const data = new DataTransfer()
    data.items.add(new File([${content}], '${name}'))
    return data
  })()`
}

describe.skipIf(!hasBrowser)('importing devices', () => {
  test('of each format, dropped, packed; faults are told by line', async () => {
    const { app, service, page, goto, expectAccessible } = await openAdmin()
    await goto('/devices/import', 'Import devices')
    const choose = async (file: ReturnType<typeof fileOf>) => {
      const [chooser] = await Promise.all([
        page.waitForEvent('filechooser'),
        page.getByRole('button', { name: 'Choose a file' }).click(),
      ])
      await chooser.setFiles(file)
    }
    const start = page.getByRole('button', { name: 'Import', exact: true })
    const report = page.getByRole('status', { name: 'What came of the import' })
    expect(await start.isDisabled()).toBe(true)
    // The only service is chosen already.
    await choose(
      fileOf('phones.csv', `token,platform,tags\n${token(1)},iPhone,a b\nxyz,iPad,\n${token(2)},,\n`),
    )
    await start.click()
    await report.getByText('2 added, 0 known already').waitFor()
    await report.getByText('1 line was left out').waitFor()
    await report.getByRole('cell', { name: '3', exact: true }).waitFor()
    await expectAccessible()
    expect(await app.devices.get(1)).toMatchObject({ token: token(1), platform: 'iPhone', tags: ['a', 'b'] })
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      report.getByRole('link', { name: 'Download as CSV' }).click(),
    ])
    expect(download.suggestedFilename()).toBe('phones-faults.csv')
    expect((await readFile(await download.path(), 'utf8')).split('\n')[1]).toMatch(/^3,".*token/)

    await choose(fileOf('tokens.txt.gz', gzipSync(`${token(2)}\n${token(3)}\n`)))
    await start.click()
    await report.getByText('1 added, 1 known already').waitFor()

    const line = JSON.stringify({ token: token(4), attributes: { plan: 'gold' } })
    const dropped = await page.evaluateHandle(droppedFile('devices.ndjson', JSON.stringify(line)))
    await page.getByRole('group', { name: 'File' }).dispatchEvent('drop', { dataTransfer: dropped })
    await page.getByText('devices.ndjson').waitFor()
    await start.click()
    await report.getByText('1 added, 0 known already').waitFor()
    expect(await app.devices.find(token(4), service)).toMatchObject({ attributes: { plan: 'gold' } })

    await choose(fileOf('other.csv', 'name,size\na,b\n'))
    await start.click()
    await page.getByRole('alert').getByText('has no column "token"').waitFor()
    await expectAccessible()
    await page.getByRole('link', { name: '← Devices' }).click()
    await page.getByText('4 devices').waitFor()
  })

  test('a large file shows how far it is, and is stopped with what has come in the registry', async () => {
    const { app, page, goto } = await openAdmin()
    await goto('/devices/import', 'Import devices')
    // Made in the browser, as no test should carry so much to it.
    const lines = "Array.from({ length: 500_000 }, (_, i) => i.toString(16).padStart(64, '0')).join('\\n')"
    const dropped = await page.evaluateHandle(droppedFile('tokens.txt', lines))
    await page.getByRole('group', { name: 'File' }).dispatchEvent('drop', { dataTransfer: dropped })
    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByText(/\d+ % sent; it is imported as it comes/).waitFor()
    await expect.poll(() => app.devices.count()).toBeGreaterThan(0)
    // Whoever leaves is asked, as that would stop it.
    await page.getByRole('link', { name: '← Devices' }).click()
    const question = page.getByRole('dialog', { name: 'Leave and stop the import?' })
    await question.getByRole('button', { name: 'Stay' }).click()
    await question.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('alert').getByText('The import was stopped').waitFor()
    const count = await app.devices.count()
    expect(count).toBeGreaterThan(0)
    expect(count).toBeLessThan(500_000)

    await page.getByRole('button', { name: 'Import', exact: true }).click()
    await page.getByText(/\d+ % sent; it is imported as it comes/).waitFor()
    const stopped = page.waitForEvent('requestfailed', (request) => request.url().includes('/import'))
    await page.getByRole('link', { name: '← Devices' }).click()
    await question.getByRole('button', { name: 'Leave' }).click()
    await page.getByRole('heading', { level: 1, name: 'Devices' }).waitFor()
    await stopped
  })
})

import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasBrowser, openAdmin } from './open-admin.js'

/** Bar F1, in bytes. */
const limit = 300 * 1024
const assets = join(import.meta.dirname, '../../dist/admin/web/assets')

describe.skipIf(!hasBrowser)('the first load', () => {
  test('weighs at most 300 kB, gzipped: all that the dashboard takes, and none of the other pages', async () => {
    const { url, page } = await openAdmin()
    const loaded = new Set<string>()
    page.on('response', (response) => {
      const [, name] = /\/admin\/assets\/([^/]+)$/.exec(response.url()) ?? []
      if (name !== undefined) loaded.add(name)
    })
    await page.reload()
    await page.getByRole('heading', { level: 1, name: 'Dashboard' }).waitFor()
    await page.getByText('Nothing was pushed in the last hour.').waitFor()
    // Whether it is drawn or not.
    for (const name of readdirSync(assets)) if (/^chart-.*(js|css)$/.test(name)) loaded.add(name)
    expect(loaded.size).toBeGreaterThan(3)
    const sizes = [...loaded].map((name) => statSync(join(assets, `${name}.gz`)).size)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(limit)
    const [css] = [...loaded].filter((name) => name.endsWith('.css'))
    const headers = { 'accept-encoding': 'gzip' }
    const { headers: answer } = await fetch(`${url}/admin/assets/${css}`, { headers })
    expect(answer.get('content-encoding')).toBe('gzip')
    expect(answer.get('cache-control')).toBe('public, max-age=31536000, immutable')
  })
})

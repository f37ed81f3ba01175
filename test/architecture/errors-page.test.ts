import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { errorCatalogue } from '../../src/base/index.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/errors.md'), 'utf8')

test('docs/errors.md has every code of the catalogue with its status, and no other', () => {
  const rows = [...page.matchAll(/^\| `(PUSH_ERR_\w+)` \| (\d+) \|/gm)].map(
    (match) => [match[1]!, Number(match[2])] as const,
  )
  expect(rows.length).toBe(new Map(rows).size)
  expect(Object.fromEntries(rows)).toEqual(errorCatalogue)
})

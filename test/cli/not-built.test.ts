import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

test('a checkout that was not built says what to do', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-not-built-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const name of ['bin', 'package.json'])
    cpSync(join(import.meta.dirname, '../..', name), join(folder, name), { recursive: true })
  const run = spawnSync(process.execPath, [join(folder, 'bin/ios-notifications.js'), '--version'])
  expect(run.stderr.toString()).toBe('ios-notifications has not been built here: run `npm run build` first\n')
  expect(run.status).toBe(1)
})

import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Once before the tests of this folder: brings the browser where it is missing and that is allowed, and builds the pages. */
export function setup(): void {
  for (const script of ['debian-packages.mjs', 'build.mjs'])
    execFileSync(process.execPath, [join(import.meta.dirname, '../../scripts', script), 'chromium'], {
      stdio: 'inherit',
    })
}

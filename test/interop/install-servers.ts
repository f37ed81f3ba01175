import { execFileSync } from 'node:child_process'
import { join } from 'node:path'

/** Once before the tests of this folder, and of no other: brings the servers that are missing, where that is allowed. */
export function setup(): void {
  const script = join(import.meta.dirname, '../../scripts/debian-packages.mjs')
  execFileSync(process.execPath, [script], { stdio: 'inherit' })
}

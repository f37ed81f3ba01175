#!/usr/bin/env node
// The command, there before the build too: npx remembers for good that a checkout without it has none.
import { existsSync } from 'node:fs'

const main = new URL('../dist/cli/main.js', import.meta.url)
if (existsSync(main)) {
  await import(main.href)
} else {
  process.stderr.write('ios-notifications has not been built here: run `npm run build` first\n')
  process.exitCode = 1
}

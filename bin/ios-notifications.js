#!/usr/bin/env node
// The command, there before the build too: npx remembers for good that a checkout without it has none.
import { existsSync } from 'node:fs'

const main = new URL('../dist/cli/main.js', import.meta.url)
if (existsSync(main)) {
  await import(main.href)
} else {
  console.error('ios-notifications has not been built here: run `npm run build` first')
  process.exitCode = 1
}

// Bar F1: what the admin's first load weighs, gzipped, and how long it takes until something is seen. Writes bench/results/<date>-admin.md.
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { open } from '../dist/index.js'
import { describeMachine } from './machine.mjs'
import { median } from './measure.mjs'

const rounds = Number(process.argv[2] ?? 9)
const assets = join(import.meta.dirname, '../dist/admin/web/assets')
const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-bench-'))
const app = await open({ database: `sqlite:${join(folder, 'admin.sqlite')}` })
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
try {
  const [username, password] = ['root', 'open sesame']
  await app.users.create({ username, password, staff: true, superuser: true })
  const { url } = await app.serve({ port: 0, authentication: 'AuthNone' })
  app.work()
  const cases = { 'sign-in': false, dashboard: true }
  const rows = []
  for (const [name, isSignedIn] of Object.entries(cases)) {
    const runs = []
    for (let round = 0; round < rounds; round++)
      runs.push(await load(url, isSignedIn && { username, password }))
    const of = (field) => median(runs.map((run) => run[field]))
    rows.push(
      `| ${name} | ${of('files')} | ${(of('bytes') / 1024).toFixed(0)} kB | ${of('paintMs').toFixed(0)} | ${of('contentMs').toFixed(0)} |`,
    )
  }
  const machine = describeMachine()
  const text = [
    '# The admin’s first load',
    '',
    `\`npm run bench -- admin ${rounds}\`: an empty cache each time, median of ${rounds}. Bar F1: at most 300 kB gzipped, first contentful paint within 1 s.`,
    '',
    `${machine.cpu}, ${machine.memory}, ${machine.kernel}, Node.js ${machine.versions['Node.js']}, Chromium ${browser.version()}, ${machine.date}; load average ${machine.loadAverage} at the end`,
    '',
    '| Page | files | gzipped | first contentful paint, ms | heading there, ms |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
  writeFileSync(new URL(`results/${new Date().toISOString().slice(0, 10)}-admin.md`, import.meta.url), text)
  console.log(text)
} finally {
  await browser.close()
  await app.close()
  rmSync(folder, { recursive: true, force: true })
}

/** Opens the admin in a browser that has never been there, or has only signed in. */
async function load(url, credentials) {
  const context = await browser.newContext()
  if (credentials) {
    const answer = await context.request.post(`${url}/api/v1/session`, { data: credentials })
    if (!answer.ok()) throw new Error(`signing in: ${answer.status()}`)
  }
  const page = await context.newPage()
  const files = new Set()
  page.on('response', (response) => {
    const [, name] = /\/admin\/assets\/([^/]+)$/.exec(response.url()) ?? []
    if (name) files.add(name)
  })
  const start = performance.now()
  await page.goto(`${url}/admin/`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const contentMs = performance.now() - start
  const paint = await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0])
  const paintMs = await paint.evaluate(({ startTime }) => startTime)
  await context.close()
  const bytes = [...files].reduce((sum, name) => sum + statSync(join(assets, `${name}.gz`)).size, 0)
  return { files: files.size, bytes, paintMs, contentMs }
}

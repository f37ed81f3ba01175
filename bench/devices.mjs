// The list of devices in the admin, on a large registry: how long it takes in a browser until the first rows of a filter are there, until they are
// counted, and until a search that few devices fit has come to its end. Writes bench/results/<date>-devices.md.
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { open } from '../dist/index.js'
import { describeMachine } from './machine.mjs'

const size = Number(process.argv[2] ?? 5_000_000)
const pageSize = 50
const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-bench-'))
const app = await open({ database: `sqlite:${join(folder, 'devices.sqlite')}` })
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})

/** 40 random hexadecimal digits in front, as tokens have, and the number behind. */
function tokenOf(number) {
  let state = (number + 1) >>> 0
  let token = ''
  for (let word = 0; word < 5; word++) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + word) >>> 0
    state = Math.imul(state ^ (state >>> 12), 0x297a2d39) >>> 0
    token += state.toString(16).padStart(8, '0')
  }
  return `${token}${number.toString(16).padStart(24, '0')}`
}

async function fill(service) {
  const start = performance.now()
  for (let first = 0; first < size; first += 2000) {
    const devices = Array.from({ length: Math.min(2000, size - first) }, (_, index) => {
      const number = first + index
      return {
        token: tokenOf(number),
        // Ten of all, spread over the whole registry.
        platform: number % Math.ceil(size / 10) === 7 ? 'Vision' : number % 5 === 0 ? 'iPad' : 'iPhone',
        osVersion: ['16.7', '17.10', '18.2', '26.0'][number % 4],
        isActive: number % 10 !== 3,
      }
    })
    await app.devices.importMany(service, devices)
  }
  return performance.now() - start
}

/** Milliseconds from opening a list until its first rows are there, until it says how many there are, and how many rows that are. */
async function look(page, url, query) {
  // By a link, as somebody does who is in the admin already.
  await page.goto(`${url}/admin/account`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  const start = performance.now()
  await page.evaluate(`history.pushState(null, '', '/admin/devices${query}')`)
  const rows = page.getByRole('table', { name: 'devices' }).getByRole('link')
  await rows.first().waitFor({ timeout: 300_000 })
  const firstMs = performance.now() - start
  const about = page.getByRole('status').filter({ hasText: /\d devices?( fits?| fit|$)/ })
  await about.waitFor({ timeout: 300_000 })
  const countedMs = performance.now() - start
  return { firstMs, countedMs, rows: await rows.count(), about: await about.innerText() }
}

try {
  const [username, password] = ['root', 'open sesame']
  await app.users.create({ username, password, staff: true, superuser: true })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const p8 = privateKey.export({ type: 'pkcs8', format: 'pem' })
  const key = { p8, keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' }
  const place = { hostname: 'api.push.apple.com', topic: 'com.example.app' }
  const service = await app.services.create({ name: 'large', ...place, key })
  const fillMs = await fill(service.id)
  console.error(`${size.toLocaleString('en')} devices in ${(fillMs / 1000).toFixed(0)} s`)
  const { url } = await app.serve({ port: 0, authentication: 'AuthNone' })
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'UTC' })
  await context.request.post(`${url}/api/v1/session`, { data: { username, password } })
  const page = await context.newPage()
  const middle = tokenOf(Math.floor(size / 2))
  const filters = {
    'all of them': '',
    'of a service': `?service=${service.id}`,
    'inactive ones of a service': `?service=${service.id}&active=no`,
    'a whole token': `?search=${middle}`,
    'the beginning of a token, 6 digits': `?search=${middle.slice(0, 6)}`,
    'the beginning of a token, 4 digits': `?search=${middle.slice(0, 4)}`,
    'a platform of a fifth of all': '?search=ipad',
    'an OS version or later ones, of a quarter': '?osVersionFrom=26',
    'a platform of ten devices': '?search=vision',
  }
  const rows = []
  for (const [name, query] of Object.entries(filters)) {
    const runs = []
    for (let round = 0; round < 3; round++) runs.push(await look(page, url, query))
    const of = (field) => (runs.map((run) => run[field]).sort((a, b) => a - b)[1] / 1000).toFixed(2)
    const [{ about, rows: shown }] = runs
    console.error(`${name}: ${about}, ${of('firstMs')} s, ${of('countedMs')} s`)
    rows.push(`| ${name} | ${about.match(/[\d,]+/)[0]} | ${shown} | ${of('firstMs')} | ${of('countedMs')} |`)
  }
  const machine = describeMachine()
  const text = [
    '# The list of devices in the admin',
    '',
    `\`npm run bench -- devices ${size}\`: ${size.toLocaleString('en')} devices in SQLite, imported in ${(fillMs / 1000).toFixed(0)} s; the list is opened in a browser that is in the admin already. Median of 3, in seconds.`,
    `A page has ${pageSize} rows. Where fewer fit, the list goes on by itself, with its progress, until it has a page or has looked at all; that is the last line, where both figures are of the end of the search but for the first row.`,
    '',
    `${machine.cpu}, ${machine.memory}, ${machine.kernel}, Node.js ${machine.versions['Node.js']}, Chromium ${browser.version()}, ${machine.date}; load average ${machine.loadAverage} at the end`,
    '',
    '| Devices | fit | rows shown | first rows, s | counted, s |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
  writeFileSync(new URL(`results/${new Date().toISOString().slice(0, 10)}-devices.md`, import.meta.url), text)
  console.log(text)
} finally {
  await browser.close()
  await app.close()
  rmSync(folder, { recursive: true, force: true })
}

// `npm run screenshots`: pictures of every page of the admin, in light and dark, into docs/screenshots/. Starts a server and the simulator
// with a database of its own, fills it as a few weeks of use would, and opens the pages in Debian's Chromium.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { build } from './build.mjs'

build()
const { open } = await import('../dist/index.js')
const { startSimulator } = await import('../dist/simulator/index.js')

const target = join(import.meta.dirname, '../docs/screenshots')
const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-screenshots-'))
const password = 'only for pictures'
const colorSchemes = ['light', 'dark']
/** Path of a route → name of its picture, and which one is shown where it has a number. Every route of the program has to stand here. */
const pictures = {
  '/': ['dashboard'],
  '/notifications': ['notifications'],
  '/notifications/new': ['notification-new'],
  '/notifications/:id': ['compose', 1],
  '/notifications/:id/push': ['push-now', 1],
  '/pushes': ['pushes'],
  '/pushes/:id': ['push', 1],
  '/schedules': ['schedules'],
  '/schedules/new': ['schedule-new'],
  '/devices': ['devices'],
  '/devices/new': ['device-new'],
  '/devices/:id': ['device', 3],
  '/devices/:id/edit': ['device-edit', 3],
  '/devices/import': ['device-import'],
  '/services': ['services'],
  '/services/:id': ['service', 1],
  '/services/new': ['service-new'],
  '/feedback': ['feedback'],
  '/feedback-services': ['feedback-services'],
  '/feedback-services/new': ['feedback-service-new'],
  '/feedback-services/:id': ['feedback-service', 1],
  '/users': ['users'],
  '/users/new': ['user-new'],
  '/users/:id': ['user', 2],
  '/tokens': ['tokens'],
  '/tokens/new': ['token-new'],
  '/audit-log': ['audit-log'],
  '/account': ['account'],
}
const program = readFileSync(join(import.meta.dirname, '../admin/web/src/app.tsx'), 'utf8')
const routes = [...program.matchAll(/\['(\/[^']*)', lazy/g)].map(([, route]) => route)
const withoutPicture = routes.filter((route) => !(route in pictures))
if (withoutPicture.length > 0) throw new Error(`there is no picture of ${withoutPicture.join(', ')}`)
const pages = Object.fromEntries(
  Object.entries(pictures).map(([route, [name, id]]) => [name, route.replace(':id', id)]),
)

/** Devices, users, pushes with all kinds of ends, and what hangs on them. */
async function fill(app, { hostname, port, key, ca }, simulator) {
  const service = await app.services.create({
    name: 'production',
    hostname,
    port,
    topic: 'com.example.shop',
    key,
    ca,
  })
  const ann = await app.users.create({
    username: 'ann',
    email: 'ann@example.com',
    password,
    staff: true,
    superuser: true,
  })
  const bob = await app.users.create({ username: 'bob', email: 'bob@example.com' })
  const platforms = ['iPhone', 'iPhone', 'iPhone', 'iPad', 'Watch']
  const tokenOf = (number) => (number * 2654435761).toString(16).padStart(64, 'c0ffee')
  const devices = Array.from({ length: 2000 }, (_, number) => ({
    token: tokenOf(number),
    platform: platforms[number % platforms.length],
    osVersion: ['17.6', '18.1', '18.2', '26.0'][number % 4],
    appVersion: number % 3 === 0 ? '3.1.0' : '3.2.1',
    locale: ['en-GB', 'de-AT', 'fr', 'ja'][number % 4],
    timeZone: ['Europe/London', 'Europe/Vienna', 'Europe/Paris', 'Asia/Tokyo'][number % 4],
    tags: number % 7 === 0 ? ['beta'] : [],
  }))
  await app.devices.importMany(service.id, devices)
  await app.devices.update(3, { users: [bob.id], attributes: { plan: 'gold' } })
  await app.devices.update(4, { users: [ann.id] })
  simulator.unregister(devices.filter((_, number) => number % 60 === 2).map(({ token }) => token))
  const sale = {
    service: service.id,
    title: 'The winter sale has begun',
    message: 'Up to half off, until Sunday at midnight.',
    badge: 1,
    sound: 'default',
    customPayload: { campaign: 'winter' },
  }
  const notification = await app.notifications.create(sale)
  await app.push(notification)
  await app.push({ service: service.id, message: 'Your order is on its way' }, { users: [ann.id, bob.id] })
  await app.push({ service: service.id, message: 'Thank you for testing' }, { where: { tags: ['beta'] } })
  await app.submit(
    { service: service.id, message: 'Happy new year' },
    { at: new Date('2027-01-01T00:00:00Z') },
  )
  await app.schedules.create({
    cron: '0 9 * * MON-FRI',
    timeZone: 'Europe/Vienna',
    notification,
  })
  await app.feedbackServices.create({
    name: 'production',
    hostname: 'feedback.push.apple.com',
    service: service.id,
  })
  await app.tokens.create({ name: 'backend', scopes: ['push'] })
}

/** Where nobody can sign in yet. */
async function photographBeginning(browser, url) {
  for (const colorScheme of colorSchemes) {
    const { shoot, page, context } = await openPage(browser, colorScheme)
    await page.goto(`${url}/admin/`)
    await page.getByText('There is nobody yet who can sign in').waitFor()
    await shoot('first-user')
    await context.close()
  }
}

async function openPage(browser, colorScheme) {
  const viewport = { width: 1280, height: 800 }
  const context = await browser.newContext({ colorScheme, viewport, locale: 'en-GB', timezoneId: 'UTC' })
  const page = await context.newPage()
  const shoot = (name) =>
    page.screenshot({ path: join(target, `${name}-${colorScheme}.png`), animations: 'disabled' })
  return { context, page, shoot }
}

async function photograph(browser, url) {
  for (const colorScheme of colorSchemes) {
    const { context, page, shoot } = await openPage(browser, colorScheme)
    await page.goto(`${url}/admin/`)
    await page.getByLabel('User name').waitFor()
    await shoot('sign-in')
    await page.getByLabel('User name').fill('ann')
    await page.getByRole('textbox', { name: 'Password' }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('navigation').waitFor()
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(`${url}/admin${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.getByRole('status', { name: 'Loading' }).first().waitFor({ state: 'detached' })
      // Charts are drawn when their part of the program is there. (Streams of events never end: no waiting for silence.)
      await page.waitForTimeout(800)
      await shoot(name)
    }
    await context.close()
  }
  const phone = await browser.newContext({
    viewport: { width: 390, height: 844 },
    locale: 'en-GB',
    timezoneId: 'UTC',
  })
  const page = await phone.newPage()
  await page.goto(`${url}/admin/`)
  await page.getByLabel('User name').fill('ann')
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  for (const name of ['dashboard', 'devices', 'compose', 'push']) {
    await page.goto(`${url}/admin${pages[name]}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForTimeout(800)
    await page.screenshot({ path: join(target, `${name}-phone.png`), animations: 'disabled' })
  }
}

try {
  const simulator = await startSimulator({ dir: join(folder, 'simulator') })
  const app = await open({ database: `sqlite:${join(folder, 'admin.sqlite')}`, apns: { proxy: '' } })
  app.work()
  const { url } = await app.serve({ port: 0, authentication: 'AuthNone' })
  mkdirSync(target, { recursive: true })
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  })
  try {
    await photographBeginning(browser, url)
    await fill(app, simulator, simulator)
    await photograph(browser, url)
  } finally {
    await browser.close()
  }
  await app.close()
  await simulator.close()
} finally {
  rmSync(folder, { recursive: true, force: true })
}

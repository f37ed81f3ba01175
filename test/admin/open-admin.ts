import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { afterAll, expect, onTestFinished } from 'vitest'
import { type App, open } from '../../src/app/index.js'
import { type Simulator, type SimulatorOptions, startSimulator } from '../../src/simulator/index.js'
import { expectAccessible } from './accessible.js'

/** Debian's browser; without it these tests are skipped. */
const executablePath = '/usr/bin/chromium'
export const hasBrowser = existsSync(executablePath)

const browserArguments = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync'],
]

let browser: Promise<Browser> | undefined

afterAll(async () => {
  await (await browser)?.close()
})

/** The real thing: server, worker, database and simulator, and a browser in front of it. */
export interface Admin {
  readonly app: App
  readonly simulator: Simulator
  /** Without a slash at the end. */
  readonly url: string
  /** The id of a service that pushes to the simulator. */
  readonly service: number
  readonly page: Page
  /** Goes to a path below `/admin` and waits for its heading. */
  goto(path: string, heading: string | RegExp): Promise<void>
  /** Registers devices of the service; the tokens are `00…0<number>`. */
  registerDevices(count: number): Promise<string[]>
  /** Ends the server, as if it had crashed; what it returns starts it again at the same address. */
  loseServer(): Promise<() => Promise<void>>
  /** What is shown now is accessible: in light, in dark, and on a phone. */
  expectAccessible(): Promise<void>
}

export const username = 'root'
export const password = 'open sesame'

interface Options extends BrowserContextOptions {
  /** False: nobody is signed in, and there is no user. */
  signedIn?: boolean
  /** False: who is signed in is plain staff. */
  superuser?: boolean
  /** False: nobody sends. */
  withWorker?: boolean
  /** False: there is no service. */
  withService?: boolean
  /** What the simulator is like; production by default. */
  environment?: SimulatorOptions['environment']
}

/** Starts all of it; everything goes away after the test, which fails on a script's error, a refusal of the policy, or a request to elsewhere. */
export async function openAdmin({
  signedIn = true,
  superuser = true,
  withWorker = true,
  withService = true,
  environment = 'production',
  ...options
}: Options = {}): Promise<Admin> {
  const folder = await mkdtemp(join(tmpdir(), 'admin-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const simulator = await startSimulator({ dir: join(folder, 'simulator'), environment })
  onTestFinished(() => simulator.close())
  const app = await open({ database: `sqlite:${join(folder, 'admin.sqlite')}`, apns: { proxy: '' } })
  onTestFinished(() => app.close())
  let server = await app.serve({ port: 0, authentication: 'AuthNone' })
  const { url } = server
  if (withWorker) app.work()
  if (signedIn) await app.users.create({ username, password, staff: true, superuser })
  const { hostname, port, key, ca } = simulator
  const service = withService
    ? (await app.services.create({ name: 'demo', hostname, port, topic: 'com.example.demo', key, ca })).id
    : 0
  const page = await openPage(url, options)
  if (signedIn) await signIn(page, url)
  return {
    ...{ app, simulator, url, service, page },
    goto: async (path, heading) => {
      await page.goto(`${url}/admin${path}`)
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
    },
    registerDevices: async (count) => {
      const tokens = Array.from({ length: count }, (_, number) => number.toString(16).padStart(64, '0'))
      await app.devices.importMany(
        service,
        tokens.map((token) => ({ token })),
      )
      return tokens
    },
    loseServer: async () => {
      lost.add(page)
      await server.close()
      return async () => {
        server = await app.serve({ port: Number(new URL(url).port), authentication: 'AuthNone' })
      }
    },
    expectAccessible: () => expectAccessible(page),
  }
}

/** Fills in the page of the sign-in. */
async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/admin/`)
  await page.getByLabel('User name').fill(username)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: `Account of ${username}` }).waitFor()
}

/** Pages whose server was away. */
const lost = new WeakSet<Page>()

async function openPage(url: string, options: BrowserContextOptions): Promise<Page> {
  browser ??= chromium.launch({ executablePath, args: browserArguments })
  const context = await (await browser).newContext({ locale: 'en-GB', timezoneId: 'UTC', ...options })
  onTestFinished(() => context.close())
  const page = await context.newPage()
  // A page is there in a second; on a machine that does much else, it may take one of these.
  page.setDefaultTimeout(60_000)
  const screenshots = process.env['SCREENSHOTS_OF_FAILURES']
  onTestFinished(async ({ task }) => {
    if (screenshots === undefined || task.result?.state !== 'fail') return
    await page.screenshot({
      path: join(screenshots, `${task.name.replaceAll(/\W+/g, '-')}.png`),
      fullPage: true,
    })
  })
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // A refusal of the API is the business of the test; the browser says each as an error.
    const text = message.text()
    if (text.startsWith('Failed to load resource') || (lost.has(page) && text.includes('Failed to fetch')))
      return
    if (message.type() === 'error') faults.push(`console: ${message.text()}`)
  })
  page.on('request', (request) => {
    const to = request.url()
    if (!to.startsWith(`${url}/`) && !to.startsWith('blob:') && !to.startsWith('data:'))
      faults.push(`request to ${to}`)
  })
  onTestFinished(() => expect(faults).toEqual([]))
  return page
}

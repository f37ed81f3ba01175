/*
 * The main job, end to end, without an Apple account: a simulator, the server, 1,000 devices that register over HTTP, 20
 * that lose the app, one push, and what became of it.
 *
 * It works on what a former run left behind, however that ended: the service is found by its name and brought up to date,
 * devices that are registered are not registered again, and those that were deactivated stay so.
 */
import { randomInt } from 'node:crypto'
import { once as eventOnce } from 'node:events'
import { join } from 'node:path'
import { type App, open, type RunningServer, type Service } from '../../app/index.js'
import { hasErrorCode } from '../../base/index.js'
import { type Simulator, startSimulator } from '../../simulator/index.js'
import { exitStatus } from '../exit-status.js'
import { interruptible } from '../interrupt.js'
import { pushReport, sumsLine } from '../push-report.js'
import { concludePush, pushWithProgress } from '../push-session.js'
import { writeLine } from '../terminal.js'
import { demoTokens, registerMissing } from './demo-devices.js'
import { claimFolder } from './folder-claim.js'
import { nextSteps } from './next-steps.js'

/** Each 50th of the 1,000 devices loses the app: 20 of them. */
const uninstalledEvery = 50

/** Who may use the admin. */
const adminName = 'demo'

/** Options of `runDemo`. */
export interface DemoOptions {
  /** End after the summary. */
  once: boolean
  /** Where the database and the simulator's files are kept. */
  folder: string
}

/** Runs the demonstration: to the end of the summary, or until Ctrl-C. */
export async function runDemo({ once, folder }: DemoOptions): Promise<void> {
  const database = `sqlite:${join(folder, 'ios-notifications.sqlite')}`
  await interruptible('Closing. Ctrl-C again ends at once.', async (signal) => {
    await using simulator = await startSimulator({ dir: join(folder, 'simulator') })
    using _claim = await claimFolder(folder, simulator)
    // The simulator is on this machine, whatever way leads to the internet.
    await using app = await open({ database, apns: { proxy: '' } })
    const server = await serveSomewhere(app)
    writeLine(
      `Simulator: ${simulator.hostname}:${simulator.port}, to be controlled at ${simulator.controlUrl}`,
    )
    writeLine(`Server:    ${server.url}`)
    writeLine(`Admin:     ${server.url}/admin/, user ${adminName}, password ${await newPassword(app)}`)
    writeLine(`Data:      ${database.slice('sqlite:'.length)}`)

    const service = await currentService(app, simulator)
    const { found, registered } = await registerMissing(app, service, server.url, signal)
    writeLine(`Devices:   ${found} found, ${registered} registered over HTTP`)
    if (signal.aborted) {
      process.exitCode = exitStatus.failed
      return
    }
    const uninstalled = demoTokens.filter((_, position) => position % uninstalledEvery === 0)
    simulator.unregister(uninstalled)
    writeLine(`Uninstall: ${uninstalled.length} devices have lost the app`)
    writeLine('')

    const notification = { service: service.id, title: 'Hello', message: 'One push to every device' }
    const result = await pushWithProgress(app, notification, { signal })
    for (const line of await pushReport(app, result)) writeLine(line)
    writeLine('')
    writeLine(once ? 'To try next:' : 'To try next, in another terminal:')
    for (const line of nextSteps(service, database, !once)) writeLine(`  ${line}`)
    writeLine('')
    writeLine(sumsLine(result))
    concludePush(result)
    if (once || signal.aborted) return
    // What is pushed in the admin is sent, too.
    app.work()
    writeLine('Serving until Ctrl-C.')
    await eventOnce(signal, 'abort')
  })
}

/** At the port of the settings, or at any that is free; for this machine only, as anyone may register. */
async function serveSomewhere(app: App): Promise<RunningServer> {
  const options = { host: '127.0.0.1', authentication: 'AuthNone' }
  try {
    return await app.serve(options)
  } catch (error) {
    if (!hasErrorCode(error, 'PUSH_ERR_LISTEN')) throw error
    return await app.serve({ ...options, port: 0 })
  }
}

/** A password for this run, for the user who is made by the first one. */
async function newPassword(app: App): Promise<string> {
  // Without letters that look like others; 12 of 31 are 59 bits, and attempts are limited.
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789'
  const password = Array.from({ length: 12 }, () => letters[randomInt(letters.length)]).join('')
  const known = (await app.users.list({ username: adminName })).find((user) => user.username === adminName)
  if (known === undefined)
    await app.users.create({ username: adminName, password, staff: true, superuser: true })
  else await app.users.setPassword(known.id, password)
  return password
}

/** The demonstration's service, made or brought up to date: the simulator's port is another one in every run. What else was set stays. */
async function currentService(app: App, simulator: Simulator): Promise<Service> {
  const { hostname, port, key, ca } = simulator
  const input = { name: 'demo', hostname, port, topic: 'com.example.demo', key, ca }
  const services = await app.services.list()
  const known = services.find((service) => service.name === input.name && service.hostname === hostname)
  return known === undefined
    ? await app.services.create(input)
    : await app.services.change(known.id, { port, key, ca })
}

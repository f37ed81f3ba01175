import { Command } from 'commander'
import type { App, NotificationInput, PushOptions, SubmitOptions } from '../../app/index.js'
import { instant, integer } from '../arguments.js'
import { interruptible } from '../interrupt.js'
import { operator } from '../operator.js'
import { type AudienceOptions, addAudienceOptions, audienceOf } from '../push-audience.js'
import { addNotificationOptions, type NotificationOptions, notificationOf } from '../push-notification.js'
import { refusePreflight, writePreflight } from '../push-preflight.js'
import { pushReport, sumsLine } from '../push-report.js'
import { addRuleOptions, type RuleOptions, rulesOf } from '../push-rules.js'
import { concludePush, isComplete, pushWithProgress } from '../push-session.js'
import { withApp } from '../session.js'
import { shownPush } from '../shown-push.js'
import { isoTime, writeJson, writeLine } from '../terminal.js'
import { wrongUse } from '../wrong-use.js'

interface Options extends NotificationOptions, AudienceOptions, RuleOptions {
  persist?: boolean
  at?: number
  atLocal?: string
  timeZone?: string
  idempotencyKey?: string
  dryRun?: true
  json?: true
}

/** `push`, and the predecessor's name for it, `push_ios_notification`. */
export function pushCommand(): Command {
  const command = new Command('push')
    .alias('push_ios_notification')
    .description('create a notification and send it, to all active devices of a service or to some')
    .requiredOption('--service <id>', 'the APN service', integer(1))
  addNotificationOptions(command)
  addAudienceOptions(command)
  addRuleOptions(command)
  return command
    .option(
      '--at <when>',
      'begin then: seconds since 1970, 2027-01-31T12:00:00Z, or +2h; a worker (serve or worker) sends it',
      instant,
    )
    .option(
      '--at-local <time>',
      'each device gets it at this time of its own time zone: 2026-12-01T09:00; a worker (serve or worker) sends it',
    )
    .option('--time-zone <name>', 'the time zone of devices whose own is not known (default: UTC)')
    .option(
      '--idempotency-key <key>',
      'a name for this push: the same command with the same key is the same push, and sends nothing twice (with --at, give a fixed time)',
    )
    .option('--persist', 'store the notification')
    .option('--no-persist', 'do not store it (default: the setting persistNotifications)')
    .option(
      '--dry-run',
      'check everything, show the payload, the number of devices and all that is wrong, and send nothing',
    )
    .option('--json', 'print the result as JSON')
    .action(async (options: Options, command: Command) => {
      const notification = await notificationOf(options)
      const audience = await audienceOf(options)
      const { persist, json, idempotencyKey } = options
      const beginning = beginningOf(options)
      await withApp(command, async (app) => {
        const push: Omit<PushOptions, 'onProgress' | 'signal'> = {
          ...audience,
          ...rulesOf(options),
          ...operator(),
          ...(persist !== undefined && { persist }),
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        }
        if (options.dryRun) {
          const preflight = await app.preflight(notification, { ...push, ...beginning })
          if (json) writeJson(preflight)
          else writePreflight(preflight)
          refusePreflight(preflight, command)
        } else if (beginning === undefined) {
          await send(app, notification, push, json ?? false)
        } else {
          const scheduled = await app.submit(notification, { ...push, ...beginning })
          if (json) writeJson(scheduled)
          else if (scheduled.state === 'scheduled')
            writeLine(
              `push ${scheduled.id} begins at ${isoTime(scheduled.dueAt)}; a worker (serve or worker) sends it`,
            )
          // The same request was made before, and the push has begun, or is held.
          else for (const line of shownPush(scheduled)) writeLine(line)
        }
      })
    })
}

/** When it is to begin; undefined: now, and the command waits for the end. */
function beginningOf({
  at,
  atLocal,
  timeZone,
}: Options): Pick<SubmitOptions, 'at' | 'localTime' | 'timeZone'> | undefined {
  if (at !== undefined && atLocal !== undefined)
    throw wrongUse('--at-local', '--at and --at-local exclude each other')
  if (timeZone !== undefined && atLocal === undefined)
    throw wrongUse('--time-zone', '--time-zone goes with --at-local only')
  if (atLocal !== undefined) return { localTime: atLocal, ...(timeZone !== undefined && { timeZone }) }
  return at === undefined ? undefined : { at: new Date(at * 1000) }
}

async function send(
  app: App,
  notification: NotificationInput,
  push: PushOptions,
  json: boolean,
): Promise<void> {
  const note = 'Stopping: waiting for what is in flight. Ctrl-C again ends at once.'
  const result = await interruptible(note, (signal) =>
    pushWithProgress(app, notification, { ...push, signal }),
  )
  if (json) {
    writeJson(result)
  } else {
    for (const line of await pushReport(app, result)) writeLine(line)
    if (isComplete(result) && result.accepted > 0) writeLine('Notification pushed successfully')
    writeLine(sumsLine(result))
  }
  concludePush(result)
}

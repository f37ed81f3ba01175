import { Command } from 'commander'
import type { App, NotificationInput, PushOptions } from '../../app/index.js'
import { instant, integer } from '../arguments.js'
import { interruptible } from '../interrupt.js'
import { type AudienceOptions, addAudienceOptions, audienceOf } from '../push-audience.js'
import { addNotificationOptions, type NotificationOptions, notificationOf } from '../push-notification.js'
import { refusePreflight, writePreflight } from '../push-preflight.js'
import { pushReport, sumsLine } from '../push-report.js'
import { addRuleOptions, type RuleOptions, rulesOf } from '../push-rules.js'
import { concludePush, isComplete, pushWithProgress } from '../push-session.js'
import { withApp } from '../session.js'
import { writeJson, writeLine } from '../terminal.js'

interface Options extends NotificationOptions, AudienceOptions, RuleOptions {
  persist?: boolean
  at?: number
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
      const { persist, json, at } = options
      await withApp(command, async (app) => {
        const push: Omit<PushOptions, 'onProgress' | 'signal'> = {
          ...audience,
          ...rulesOf(options),
          ...(persist !== undefined && { persist }),
        }
        if (!options.dryRun) {
          if (at === undefined) return await send(app, notification, push, json ?? false)
          const scheduled = await app.submit(notification, { ...push, at: new Date(at * 1000) })
          if (json) return writeJson(scheduled)
          return writeLine(
            `push ${scheduled.id} begins at ${new Date(at * 1000).toISOString()}; a worker (serve or worker) sends it`,
          )
        }
        const preflight = await app.preflight(notification, push)
        if (json) writeJson(preflight)
        else writePreflight(preflight)
        refusePreflight(preflight, command)
      })
    })
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

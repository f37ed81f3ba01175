import { Command, Option } from 'commander'
import type { App, NotificationInput, PushOptions } from '../../app/index.js'
import { ids, instant, integer, jsonObject } from '../arguments.js'
import { interruptible } from '../interrupt.js'
import { type AudienceOptions, audienceOf } from '../push-audience.js'
import { type NotificationOptions, notificationOf } from '../push-notification.js'
import { writePreflight } from '../push-preflight.js'
import { pushReport, sumsLine } from '../push-report.js'
import { concludePush, isComplete, pushWithProgress } from '../push-session.js'
import { withApp } from '../session.js'
import { writeJson, writeLine } from '../terminal.js'

interface Options extends NotificationOptions, AudienceOptions {
  persist?: boolean
  batchSize?: number
  at?: number
  urgent?: true
  duplicates: 'never' | 'bounded' | 'allowed'
  maxAttempts: number
  dryRun?: true
  json?: true
}

/** `push`, and the predecessor's name for it, `push_ios_notification`. */
export function pushCommand(): Command {
  return new Command('push')
    .alias('push_ios_notification')
    .description('create a notification and send it, to all active devices of a service or to some')
    .requiredOption('--service <id>', 'the APN service', integer(1))
    .option('--message <text>', 'the text of the alert')
    .option('--title <text>', 'its title')
    .option('--badge <n>', 'the number on the app icon; 0 clears it', integer(0, 2_147_483_647))
    .option('--sound <name>', 'default, or a sound file of the app')
    .option('--silent', 'wake the app in the background: sets content-available')
    .option('--extra <json>', 'custom keys beside aps, as a JSON object', jsonObject)
    .option(
      '--payload-file <file>',
      'the whole payload as JSON, in place of everything above; - is standard input',
    )
    .option('--token <token...>', 'only to devices with these tokens')
    .option(
      '--tokens-file <file>',
      'only to devices with the tokens in a file, one a line; - is standard input',
    )
    .option('--user <id...>', 'only to devices of these users', ids)
    .option('--push-type <type>', 'alert, background, voip ... (default: follows from the payload)')
    .option(
      '--priority <n>',
      '10 at once, 5 when it suits the battery, 1 never wakes the device',
      integer(1, 10),
    )
    .option('--collapse-id <text>', 'pushes with the same id are shown as one; at most 64 bytes')
    .option(
      '--expiration <when>',
      'how long Apple keeps it: seconds since 1970, 2027-01-31T12:00:00Z, or +2h; 0: one attempt',
      instant,
    )
    .option(
      '--at <when>',
      'begin then: seconds since 1970, 2027-01-31T12:00:00Z, or +2h; a worker (serve or worker) sends it',
      instant,
    )
    .option('--urgent', 'begin before all pushes that are not urgent')
    .addOption(
      new Option(
        '--duplicates <rule>',
        'after a crash: bounded sends again what was not recorded, never leaves those unknown, allowed also repeats pushes without an answer',
      )
        .choices(['never', 'bounded', 'allowed'])
        .default('bounded'),
    )
    .option(
      '--max-attempts <n>',
      'how often a device is tried that Apple refuses for now',
      integer(1, 100),
      5,
    )
    .option('--persist', 'store the notification')
    .option('--no-persist', 'do not store it (default: the setting persistNotifications)')
    .option('--batch-size <n>', 'devices a chunk', integer(1))
    .option('--dry-run', 'check everything, show the payload and the number of devices, and send nothing')
    .option('--json', 'print the result as JSON')
    .action(async (options: Options, command: Command) => {
      const notification = await notificationOf(options)
      const audience = await audienceOf(options)
      const { persist, batchSize, json, at, duplicates, maxAttempts } = options
      await withApp(command, async (app) => {
        const push: Omit<PushOptions, 'onProgress' | 'signal'> = {
          ...audience,
          duplicates,
          maxAttempts,
          ...(options.urgent && { urgency: 'urgent' }),
          ...(persist !== undefined && { persist }),
          ...(batchSize !== undefined && { chunkSize: batchSize }),
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

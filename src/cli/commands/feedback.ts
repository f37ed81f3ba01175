import { once } from 'node:events'
import { Command } from 'commander'
import type { Feedback } from '../../app/index.js'
import { integer } from '../arguments.js'
import { interruptible } from '../interrupt.js'
import { withApp } from '../session.js'
import { isoTime } from '../terminal.js'
import { wrongUse } from '../wrong-use.js'

interface Options {
  service?: number
  after: number
  limit?: number
  follow?: true
  json?: true
}

/** `feedback`. */
export function feedbackCommand(): Command {
  return new Command('feedback')
    .description(
      'list what Apple said of dead tokens, one line each: id, service, token, reason, Apple’s time, effect',
    )
    .option('--service <id>', 'of this APN service', integer(1))
    .option('--after <id>', 'go on after this entry', integer(0), 0)
    .option('--limit <n>', 'at most so many, 1 to 10000 (default: 100)', integer(1, 10_000))
    .option('--follow', 'all of them, and then those to come, until Ctrl-C')
    .option('--json', 'print one JSON object a line')
    .action((options: Options, command: Command) =>
      withApp(command, async (app) => {
        const { service, after, limit, follow, json } = options
        if (follow && limit !== undefined)
          throw wrongUse('--follow', '--follow and --limit exclude each other')
        if (service !== undefined && (await app.services.get(service)) === undefined)
          throw (await import('../../app/index.js')).serviceNotFound(service)
        const which = { after, ...(service !== undefined && { service }) }
        const write = async (entry: Feedback) => {
          const line = json ? JSON.stringify(jsonEntry(entry)) : shownEntry(entry)
          if (!process.stdout.write(`${line}\n`)) await once(process.stdout, 'drain')
        }
        if (!follow) {
          for (const entry of await app.feedback.list({ ...which, limit: limit ?? 100 })) await write(entry)
          return
        }
        await interruptible('Stopping.', async (signal) => {
          for await (const entry of app.feedback.follow({ ...which, signal })) await write(entry)
        })
      }),
    )
}

function shownEntry(entry: Feedback): string {
  const { id, serviceId, token, reason, timestamp } = entry
  return `${id} ${serviceId} ${token} ${reason} ${isoTime(timestamp)} ${effectOf(entry)}`
}

/** What it did: a device that had registered since, or of a service that defers feedback, is left as it is. */
function effectOf({ appliedAt, undoneAt }: Feedback): string {
  if (undoneAt !== null) return 'undone'
  return appliedAt === null ? 'not-applied' : 'applied'
}

function jsonEntry({ timestamp, receivedAt, appliedAt, undoneAt, ...entry }: Feedback) {
  return {
    ...entry,
    timestamp: isoTime(timestamp),
    receivedAt: isoTime(receivedAt),
    appliedAt: isoTime(appliedAt),
    undoneAt: isoTime(undoneAt),
  }
}

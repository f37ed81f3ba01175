import { Command } from 'commander'
import type { TimelineEntry } from '../../app/index.js'
import { integer } from '../arguments.js'
import { findDevice } from '../find-device.js'
import { withApp } from '../session.js'
import { shownTime, writeJson, writeNote, writeTable } from '../terminal.js'

interface Options {
  service: number
  after?: string
  limit: number
  json?: true
}

/** `device timeline T`. */
export function deviceTimelineCommand(): Command {
  return new Command('timeline')
    .description('what happened to a device, the newest first: why somebody did not get a push')
    .argument('<token>', 'the device token, hexadecimal')
    .requiredOption('--service <id>', 'the APN service', integer(1))
    .option('--limit <n>', 'at most so many entries, 1 to 1000', integer(1, 1000), 100)
    .option('--after <position>', 'go on where a page ended')
    .option('--json', 'print the page as JSON')
    .action((token: string, { service, after, limit, json }: Options, command: Command) =>
      withApp(command, async (app) => {
        const { id } = await findDevice(app, token, service)
        const page = { limit, ...(after !== undefined && { after }) }
        const { entries, next } = await app.devices.timeline(id, page)
        if (json) return writeJson({ entries, next })
        await writeTable(['WHEN', 'WHAT', 'WHY', 'APNS ID'], entries.map(row))
        if (next !== null) writeNote(`There may be more: --after ${next}`)
      }),
    )
}

function row(entry: TimelineEntry): string[] {
  const at = shownTime(entry.at)
  if (entry.kind === 'push')
    return [at, `push ${entry.push.id}: ${entry.outcome}`, entry.reason ?? '-', entry.apnsId ?? '-']
  if (entry.kind === 'feedback') {
    const { reason, timestamp } = entry.feedback
    return [at, 'Apple: the token is dead', `${reason} since ${shownTime(timestamp)}`, '-']
  }
  return [at, entry.kind, 'reason' in entry ? (entry.reason ?? '-') : '-', '-']
}

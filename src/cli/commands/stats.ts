import { Command } from 'commander'
import type { StatsQuery } from '../../app/index.js'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { writeJson, writeTable } from '../terminal.js'

interface Options extends StatsQuery {
  json?: true
}

/** `stats`. */
export function statsCommand(): Command {
  return new Command('stats')
    .description('what became of pushes, and how many devices were active, by day of UTC and service')
    .option('--service <id>', 'of this APN service', integer(1))
    .option('--from <day>', 'the first day: 2026-11-01 (default: 29 days before the last)')
    .option('--to <day>', 'the last day (default: today)')
    .option('--json', 'print the days as a JSON array, with the reasons')
    .action(({ json, ...query }: Options, command: Command) =>
      withApp(command, async (app) => {
        const days = await app.stats.list(query)
        if (json) return writeJson(days)
        await writeTable(
          ['DAY', 'SERVICE', 'ACCEPTED', 'REJECTED', 'UNKNOWN', 'UNSENT', 'ACTIVE'],
          days.map(({ day, service, accepted, rejected, unknown, unsent, activeDevices }) => [
            day,
            ...[service, accepted, rejected, unknown, unsent, activeDevices ?? '-'].map(String),
          ]),
        )
      }),
    )
}

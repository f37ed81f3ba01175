import { Command } from 'commander'
import { withApp } from '../session.js'
import { shownAction, shownNext } from '../shown-schedule.js'
import { writeJson, writeTable } from '../terminal.js'

/** `schedule list`. */
export function scheduleListCommand(): Command {
  return new Command('list')
    .description('list the schedules; times are in UTC')
    .option('--json', 'print the schedules as a JSON array')
    .action((options: { json?: true }, command: Command) =>
      withApp(command, async (app) => {
        const list = await app.schedules.list()
        if (options.json) return writeJson(list)
        await writeTable(
          ['ID', 'SERVICE', 'CRON', 'TIME ZONE', 'NEXT', 'DOES', 'LAST RESULT'],
          list.map((schedule) => {
            const { id, serviceId, cron, timeZone, action, lastResult } = schedule
            const next = shownNext(schedule)
            return [
              String(id),
              String(serviceId),
              cron,
              timeZone,
              next,
              shownAction(action),
              lastResult ?? '-',
            ]
          }),
        )
      }),
    )
}

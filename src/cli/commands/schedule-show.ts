import { Command } from 'commander'
import { PushError } from '../../base/index.js'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { shownAction, shownNext } from '../shown-schedule.js'
import { shownTime, writeFields, writeJson } from '../terminal.js'

/** How many of the next times are shown. */
const shownTimes = 3

/** `schedule show ID`. */
export function scheduleShowCommand(): Command {
  return new Command('show')
    .description('show a schedule and its next times; times are in UTC')
    .argument('<id>', 'the schedule', integer(1))
    .option('--json', 'print the schedule as JSON')
    .action((id: number, options: { json?: true }, command: Command) =>
      withApp(command, async (app) => {
        const schedule = await app.schedules.get(id)
        if (schedule === undefined)
          throw new PushError('PUSH_ERR_SCHEDULE_NOT_FOUND', `schedule with id ${id} does not exist`, {
            field: 'id',
          })
        if (options.json) return writeJson(schedule)
        const { serviceId, cron, timeZone, action, lastAt, lastPushId, lastResult, createdAt, createdBy } =
          schedule
        const times = await app.schedules.next(id, shownTimes)
        writeFields({
          id,
          service: serviceId,
          cron,
          'time zone': timeZone,
          does: shownAction(action),
          next: shownNext(schedule),
          'next times': times.map((time) => shownTime(time.getTime())).join(', '),
          'last run': shownTime(lastAt),
          'last push': lastPushId ?? '-',
          'last result': lastResult ?? '-',
          added: shownTime(createdAt),
          'added by': createdBy ?? '-',
        })
      }),
    )
}

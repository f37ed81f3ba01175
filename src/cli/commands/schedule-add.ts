import { Command } from 'commander'
import type { FeedbackScheduleInput, PushScheduleInput } from '../../app/index.js'
import { integer } from '../arguments.js'
import { operator } from '../operator.js'
import { type AudienceOptions, addAudienceOptions, audienceOf } from '../push-audience.js'
import { addNotificationOptions, type NotificationOptions, notificationOf } from '../push-notification.js'
import { addRuleOptions, type RuleOptions, rulesOf } from '../push-rules.js'
import { withApp } from '../session.js'
import { isoTime, writeJson, writeLine } from '../terminal.js'
import { wrongUse } from '../wrong-use.js'

interface Options extends Omit<NotificationOptions, 'service'>, AudienceOptions, RuleOptions {
  cron: string
  timeZone: string
  service?: number
  feedbackService?: number
  json?: true
}

/** `schedule add`. */
export function scheduleAddCommand(): Command {
  const command = new Command('add')
    .description(
      'push again and again, or call a feedback service, at the times of a cron line; a worker (serve or worker) does it; prints its id',
    )
    .requiredOption(
      '--cron <line>',
      'five fields (minute, hour, day of month, month, day of week), or six with seconds in front: "0 9 * * MON-FRI"',
    )
    .option('--time-zone <name>', 'the time zone of the cron line, such as Europe/Berlin', 'UTC')
    .option('--feedback-service <id>', 'call this feedback service, in place of a push', integer(1))
    .option('--service <id>', 'push through this APN service', integer(1))
  addNotificationOptions(command)
  addAudienceOptions(command)
  addRuleOptions(command)
  return command
    .option('--json', 'print the schedule as JSON')
    .action(async (options: Options, self: Command) => {
      const { cron, timeZone, json } = options
      const what = await actionOf(options, self)
      await withApp(self, async (app) => {
        const schedule = await app.schedules.create({ cron, timeZone, ...operator(), ...what })
        if (json) writeJson(schedule)
        else writeLine(`Schedule added with id ${schedule.id}; it runs next at ${isoTime(schedule.nextAt)}`)
      })
    })
}

async function actionOf(
  options: Options,
  command: Command,
): Promise<Omit<PushScheduleInput, 'cron'> | Omit<FeedbackScheduleInput, 'cron'>> {
  const { service, feedbackService } = options
  if (feedbackService === undefined) {
    if (service === undefined)
      throw wrongUse('--service', 'give a --service to push through, or a --feedback-service')
    const notification = await notificationOf({ ...options, service })
    return { notification, ...(await audienceOf(options)), ...rulesOf(options) }
  }
  const allowed = ['cron', 'timeZone', 'feedbackService', 'json']
  const other = command.options.find((option) => {
    const name = option.attributeName()
    return command.getOptionValueSource(name) === 'cli' && !allowed.includes(name)
  })
  if (other !== undefined)
    throw wrongUse(other.long!, `${other.long} and --feedback-service exclude each other`)
  return { feedbackService }
}

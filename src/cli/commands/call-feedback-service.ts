import { Command } from 'commander'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { writeJson, writeLine } from '../terminal.js'

/** `call-feedback-service`, and the predecessor's name for it, `call_feedback_service`, with its words. */
export function callFeedbackServiceCommand(): Command {
  return new Command('call-feedback-service')
    .alias('call_feedback_service')
    .description(
      'deactivate the devices that Apple has found dead, for a service that only collects the news',
    )
    .requiredOption('--feedback-service <id>', 'the feedback service', integer(1))
    .option('--json', 'print the result as JSON')
    .action((options: { feedbackService: number; json?: true }, command: Command) =>
      withApp(command, async (app) => {
        const deactivated = await app.feedbackServices.call(options.feedbackService)
        if (options.json) writeJson({ deactivated })
        else
          writeLine(
            deactivated === 1 ? '1 device was deactivated.' : `${deactivated} devices were deactivated.`,
          )
      }),
    )
}

import { Command, Option } from 'commander'
import type { RetryOptions } from '../../app/index.js'
import { integer } from '../arguments.js'
import { operator } from '../operator.js'
import { withApp } from '../session.js'
import { shownPush } from '../shown-push.js'
import { writeJson, writeLine } from '../terminal.js'

interface Options {
  outcome?: NonNullable<RetryOptions['outcomes']>
  reason?: string[]
  idempotencyKey?: string
  json?: true
}

/** `push-retry`. */
export function pushRetryCommand(): Command {
  return new Command('push-retry')
    .description(
      'push the same to devices of a push that has ended which did not accept, for a cause that may be over; a worker sends it',
    )
    .argument('<id>', 'the push', integer(1))
    .addOption(
      new Option('--outcome <outcome...>', 'only devices with these outcomes').choices([
        'rejected',
        'unknown',
        'unsent',
      ]),
    )
    .option('--reason <reason...>', 'devices with these reasons, whatever they are')
    .option(
      '--idempotency-key <key>',
      'a name for this retry; without one the same retry is made once, however often it is asked for',
    )
    .option('--json', 'print the new push as JSON')
    .action(async (id: number, options: Options, command: Command) =>
      withApp(command, async (app) => {
        const { outcome: outcomes, reason: reasons, idempotencyKey, json } = options
        const push = await app.pushes.retry(id, {
          ...operator(),
          ...(outcomes !== undefined && { outcomes }),
          ...(reasons !== undefined && { reasons }),
          ...(idempotencyKey !== undefined && { idempotencyKey }),
        })
        if (json) writeJson(push)
        else for (const line of shownPush(push)) writeLine(line)
      }),
    )
}

import { Command } from 'commander'
import { PushError } from '../../base/index.js'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { shownPush } from '../shown-push.js'
import { writeJson, writeLine } from '../terminal.js'

/** `push-status`. */
export function pushStatusCommand(): Command {
  return new Command('push-status')
    .description('say how far a push is')
    .argument('<id>', 'the push', integer(1))
    .option('--json', 'print it as JSON')
    .action((id: number, options: { json?: true }, command: Command) =>
      withApp(command, async (app) => {
        const push = await app.pushes.get(id)
        if (push === undefined)
          throw new PushError('PUSH_ERR_PUSH_NOT_FOUND', `push with id ${id} does not exist`, { field: 'id' })
        if (options.json) writeJson(push)
        else for (const line of shownPush(push)) writeLine(line)
      }),
    )
}

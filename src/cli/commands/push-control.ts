import { Command } from 'commander'
import type { App, Push, StateChange } from '../../app/index.js'
import { integer } from '../arguments.js'
import { operator } from '../operator.js'
import { withApp } from '../session.js'
import { shownPush } from '../shown-push.js'
import { writeJson, writeLine } from '../terminal.js'

interface Options {
  reason?: string
  json?: true
}

/** `push-pause`. */
export function pushPauseCommand(): Command {
  return control(
    'push-pause',
    'hold a push; no worker sends anything of it within a second',
    (app, id, change) => app.pushes.pause(id, change),
  ).option('--reason <text>', 'why, for whoever looks at it')
}

/** `push-resume`. */
export function pushResumeCommand(): Command {
  return control(
    'push-resume',
    'let a paused push go on; a worker sends it, at its time where that is yet to come',
    (app, id, change) => app.pushes.resume(id, change),
  )
}

/** `push-cancel`. */
export function pushCancelCommand(): Command {
  return control(
    'push-cancel',
    'end a push: what is in flight gets its answers, the rest is unsent',
    (app, id, change) => app.pushes.cancel(id, change),
  ).option('--reason <text>', 'why, for whoever looks at it')
}

function control(
  name: string,
  description: string,
  act: (app: App, id: number, change: StateChange) => Promise<Push>,
): Command {
  return new Command(name)
    .description(description)
    .argument('<id>', 'the push', integer(1))
    .option('--json', 'print the push as JSON')
    .action(async (id: number, { reason, json }: Options, command: Command) =>
      withApp(command, async (app) => {
        const push = await act(app, id, { ...operator(), ...(reason !== undefined && { reason }) })
        if (json) writeJson(push)
        else for (const line of shownPush(push)) writeLine(line)
      }),
    )
}

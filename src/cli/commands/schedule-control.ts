import { Command } from 'commander'
import type { App } from '../../app/index.js'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { isoTime, writeJson, writeLine } from '../terminal.js'

/** `schedule pause ID`. */
export function schedulePauseCommand(): Command {
  return control('pause', 'let a schedule rest; what it has made already goes on', async (app, id) => {
    return { said: `Schedule ${id} is paused`, result: await app.schedules.pause(id) }
  })
}

/** `schedule resume ID`. */
export function scheduleResumeCommand(): Command {
  return control('resume', 'let a paused schedule go on; what it has missed is left out', async (app, id) => {
    const result = await app.schedules.resume(id)
    return { said: `Schedule ${id} runs next at ${isoTime(result.nextAt)}`, result }
  })
}

/** `schedule remove ID`. */
export function scheduleRemoveCommand(): Command {
  return control('remove', 'remove a schedule; pushes that it has made stay', async (app, id) => {
    await app.schedules.remove(id)
    return { said: `Schedule ${id} removed`, result: { id, removed: true } }
  })
}

function control(
  name: string,
  description: string,
  act: (app: App, id: number) => Promise<{ said: string; result: object }>,
): Command {
  return new Command(name)
    .description(description)
    .argument('<id>', 'the schedule', integer(1))
    .option('--json', 'print the result as JSON')
    .action((id: number, options: { json?: true }, command: Command) =>
      withApp(command, async (app) => {
        const { said, result } = await act(app, id)
        if (options.json) writeJson(result)
        else writeLine(said)
      }),
    )
}

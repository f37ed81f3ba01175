import { Command, InvalidArgumentError, Option } from 'commander'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { writeJson, writeLine } from '../terminal.js'
import { wrongUse } from '../wrong-use.js'

interface Options {
  feedback?: 'immediate' | 'deferred'
  maxPerSecond?: number | null
  json?: true
}

/** `service set`. */
export function serviceSetCommand(): Command {
  return new Command('set')
    .description('change how an APN service sends; its credential stays')
    .argument('<id>', 'the service', integer(1))
    .option('--max-per-second <n>', 'pushes a second at most; none: no limit', limit)
    .addOption(
      new Option(
        '--feedback <when>',
        'whether a dead token deactivates its device at once, or is only noted',
      ).choices(['immediate', 'deferred']),
    )
    .option('--json', 'print the service as JSON')
    .action((id: number, { json, ...change }: Options, command: Command) => {
      if (Object.keys(change).length === 0)
        throw wrongUse('--max-per-second', 'nothing to change: give --max-per-second or --feedback')
      return withApp(command, async (app) => {
        const service = await app.services.change(id, change)
        const { name, feedback, maxPerSecond } = service
        if (json) writeJson(service)
        else
          writeLine(
            `Service ${name}: feedback ${feedback}, ${maxPerSecond ?? 'any number of'} pushes a second`,
          )
      })
    })
}

function limit(text: string): number | null {
  if (text === 'none') return null
  try {
    return integer(1, 1_000_000)(text)
  } catch {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000000, or none.')
  }
}

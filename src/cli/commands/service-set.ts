import { Command, InvalidArgumentError, Option } from 'commander'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { writeJson, writeLine } from '../terminal.js'
import { wrongUse } from '../wrong-use.js'

interface Options {
  feedback?: 'immediate' | 'deferred'
  maxPerSecond?: number | 'none'
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
    .action((id: number, { json, feedback, maxPerSecond }: Options, command: Command) => {
      if (feedback === undefined && maxPerSecond === undefined)
        throw wrongUse('--max-per-second', 'nothing to change: give --max-per-second or --feedback')
      return withApp(command, async (app) => {
        const service = await app.services.change(id, {
          ...(feedback !== undefined && { feedback }),
          ...(maxPerSecond !== undefined && { maxPerSecond: maxPerSecond === 'none' ? null : maxPerSecond }),
        })
        const limited = service.maxPerSecond ?? 'any number of'
        if (json) writeJson(service)
        else writeLine(`Service ${service.name}: feedback ${service.feedback}, ${limited} pushes a second`)
      })
    })
}

/** Not null for no limit: commander takes that for an option without a value. */
function limit(text: string): number | 'none' {
  if (text === 'none') return text
  try {
    return integer(1, 1_000_000)(text)
  } catch {
    throw new InvalidArgumentError('It must be a whole number from 1 to 1000000, or none.')
  }
}

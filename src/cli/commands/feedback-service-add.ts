import { Command } from 'commander'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { writeJson, writeLine } from '../terminal.js'

interface Options {
  name: string
  hostname: string
  service: number
  json?: true
}

/** `feedback-service add`. */
export function feedbackServiceAddCommand(): Command {
  return new Command('add')
    .description('add a feedback service; prints its id')
    .requiredOption('--name <name>', 'any name; unique for the host')
    .requiredOption(
      '--hostname <host>',
      'feedback.push.apple.com or feedback.sandbox.push.apple.com; nothing connects to it',
    )
    .requiredOption('--service <id>', 'the APN service whose devices are meant', integer(1))
    .option('--json', 'print the feedback service as JSON')
    .action(({ json, ...input }: Options, command: Command) =>
      withApp(command, async (app) => {
        const { name, hostname, service } = input
        const added = await app.feedbackServices.create({ name, hostname, service })
        if (json) writeJson(added)
        else writeLine(`Feedback service ${name} added with id ${added.id}`)
      }),
    )
}

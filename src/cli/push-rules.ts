import { type Command, Option } from 'commander'
import type { PushOptions } from '../app/index.js'
import { integer } from './arguments.js'

/** The options of a command that say how a push is sent. */
export interface RuleOptions {
  urgent?: true
  duplicates: 'never' | 'bounded' | 'allowed'
  maxAttempts: number
  batchSize?: number
}

/** Adds the options that say how a push is sent. */
export function addRuleOptions(command: Command): Command {
  return command
    .option('--urgent', 'begin before all pushes that are not urgent')
    .addOption(
      new Option(
        '--duplicates <rule>',
        'after a crash: bounded sends again what was not recorded, never leaves those unknown, allowed also repeats pushes without an answer',
      )
        .choices(['never', 'bounded', 'allowed'])
        .default('bounded'),
    )
    .option(
      '--max-attempts <n>',
      'how often a device is tried that Apple refuses for now',
      integer(1, 100),
      5,
    )
    .option('--batch-size <n>', 'devices a chunk', integer(1))
}

/** The rules that the options describe. */
export function rulesOf(
  options: RuleOptions,
): Pick<PushOptions, 'urgency' | 'duplicates' | 'maxAttempts' | 'chunkSize'> {
  const { urgent, duplicates, maxAttempts, batchSize } = options
  return {
    duplicates,
    maxAttempts,
    ...(urgent && { urgency: 'urgent' }),
    ...(batchSize !== undefined && { chunkSize: batchSize }),
  }
}

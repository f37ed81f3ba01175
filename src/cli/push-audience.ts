import type { Command } from 'commander'
import type { DeviceCondition, PushOptions } from '../app/index.js'
import { ids, jsonObject } from './arguments.js'
import { readGivenText } from './given-file.js'
import { wrongUse } from './wrong-use.js'

/** The options of a command that say whom a push goes to. */
export interface AudienceOptions {
  token?: string[]
  tokensFile?: string
  user?: number[]
  where?: DeviceCondition
}

/** Adds the options that say whom a push goes to. */
export function addAudienceOptions(command: Command): Command {
  return command
    .option('--token <token...>', 'only to devices with these tokens')
    .option(
      '--tokens-file <file>',
      'only to devices with the tokens in a file, one a line; - is standard input',
    )
    .option('--user <id...>', 'only to devices of these users', ids)
    .option(
      '--where <json>',
      'only to devices that fit a condition: {"and": [{"platform": ["iPhone"]}, {"not": {"tags": ["beta"]}}]}',
      jsonObject,
    )
}

/** The audience that the options describe: none of them means all active devices of the service. */
export async function audienceOf(
  options: AudienceOptions,
): Promise<Pick<PushOptions, 'tokens' | 'users' | 'where'>> {
  const { token, tokensFile, user, where } = options
  if (where !== undefined) {
    if (token !== undefined || tokensFile !== undefined || user !== undefined)
      throw wrongUse(
        '--where',
        '--where goes with none of --token, --tokens-file and --user; it can name tokens and users itself',
      )
    // Whether it is a condition is checked where all of the push is.
    return { where: where as unknown as DeviceCondition }
  }
  if (user !== undefined) {
    if (token !== undefined || tokensFile !== undefined)
      throw wrongUse('--user', '--user goes with neither --token nor --tokens-file')
    return { users: user }
  }
  if (token === undefined && tokensFile === undefined) return {}
  const { normalizeDeviceToken } = await import('../app/index.js')
  const tokens = (token ?? []).map((one) => normalizeDeviceToken(one, '--token'))
  if (tokensFile === undefined) return { tokens }
  for (const { line, text } of await linesOf(tokensFile))
    tokens.push(normalizeDeviceToken(text, `--tokens-file ${tokensFile}, line ${line}`))
  return { tokens }
}

async function linesOf(file: string): Promise<{ line: number; text: string }[]> {
  const text = await readGivenText('--tokens-file', file)
  const lines = text
    .split('\n')
    .map((content, position) => ({ line: position + 1, text: content.trim() }))
    .filter(({ text }) => text !== '')
  // An empty list must not become a push to everyone, nor pass for one that went well.
  if (lines.length === 0) throw wrongUse('--tokens-file', `--tokens-file ${file} holds no token`)
  return lines
}

import type { PushOptions } from '../app/index.js'
import { readGivenText } from './given-file.js'
import { wrongUse } from './wrong-use.js'

/** The options of `push` that say whom it goes to. */
export interface AudienceOptions {
  token?: string[]
  tokensFile?: string
  user?: number[]
}

/** The audience that the options describe: none of them means all active devices of the service. */
export async function audienceOf(options: AudienceOptions): Promise<Pick<PushOptions, 'tokens' | 'users'>> {
  const { token, tokensFile, user } = options
  if (user !== undefined) {
    if (token !== undefined || tokensFile !== undefined)
      throw wrongUse('--user', '--user goes with neither --token nor --tokens-file')
    return { users: user }
  }
  if (token === undefined && tokensFile === undefined) return {}
  return { tokens: [...(token ?? []), ...(tokensFile === undefined ? [] : await tokensOf(tokensFile))] }
}

async function tokensOf(file: string): Promise<string[]> {
  const text = await readGivenText('--tokens-file', file)
  const tokens = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
  // An empty list must not become a push to everyone, nor pass for one that went well.
  if (tokens.length === 0) throw wrongUse('--tokens-file', `--tokens-file ${file} holds no token`)
  return tokens
}

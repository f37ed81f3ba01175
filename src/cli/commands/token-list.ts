import { Command } from 'commander'
import type { ApiToken } from '../../app/index.js'
import { withApp } from '../session.js'
import { shownTime, writeJson, writeTable } from '../terminal.js'

/** Tokens that are read at once. */
const PAGE = 1000

/** `token list`. */
export function tokenListCommand(): Command {
  return new Command('list')
    .description('list the API tokens, revoked and expired ones among them; times are in UTC')
    .option('--json', 'print the tokens as a JSON array')
    .action((options: { json?: true }, command: Command) =>
      withApp(command, async (app) => {
        const tokens: ApiToken[] = []
        for (let after = 0; ; after = tokens.at(-1)!.id) {
          const page = await app.tokens.list({ after, limit: PAGE })
          tokens.push(...page)
          if (page.length < PAGE) break
        }
        if (options.json) return writeJson(tokens)
        await writeTable(
          ['ID', 'NAME', 'SCOPES', 'MADE BY', 'CREATED', 'EXPIRES', 'LAST USED', 'REVOKED'],
          tokens.map((token) => [
            String(token.id),
            token.name,
            token.scopes.join(' '),
            token.createdBy,
            shownTime(token.createdAt),
            shownTime(token.expiresAt),
            shownTime(token.lastUsedAt),
            shownTime(token.revokedAt),
          ]),
        )
      }),
    )
}

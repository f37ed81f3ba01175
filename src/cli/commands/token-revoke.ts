import { Command } from 'commander'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { writeJson, writeLine } from '../terminal.js'

/** `token revoke ID`. */
export function tokenRevokeCommand(): Command {
  return new Command('revoke')
    .description('end an API token at once and for ever')
    .argument('<id>', 'of the token', integer(1))
    .option('--json', 'print the token as JSON')
    .action((id: number, options: { json?: true }, command: Command) =>
      withApp(command, async (app) => {
        const token = await app.tokens.revoke(id)
        if (options.json) writeJson(token)
        else writeLine(`Token ${token.name} revoked`)
      }),
    )
}

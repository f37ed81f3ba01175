import { Command } from 'commander'
import { withApp } from '../session.js'
import { readNewPassword, writeJson, writeLine } from '../terminal.js'

interface Options {
  passwordStdin?: true
  json?: true
}

/** `user password NAME`. */
export function userPasswordCommand(): Command {
  return new Command('password')
    .description("change a user's password; asks for the new one, of at least 8 characters")
    .argument('<name>', 'the user')
    .option('--password-stdin', 'read the password from standard input')
    .option('--json', 'print the result as JSON')
    .action((username: string, options: Options, command: Command) =>
      withApp(command, async (app) => {
        await app.users.setPassword(
          username,
          await readNewPassword('New password', options.passwordStdin ?? false),
        )
        if (options.json) writeJson({ username, changed: true })
        else writeLine(`Password of ${username} changed`)
      }),
    )
}

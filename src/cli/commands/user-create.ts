import { Command } from 'commander'
import { withApp } from '../session.js'
import { readNewPassword, writeJson, writeLine } from '../terminal.js'

interface Options {
  email?: string
  staff?: true
  superuser?: true
  passwordStdin?: true
  json?: true
}

/** `user create NAME`. */
export function userCreateCommand(): Command {
  return new Command('create')
    .description('create a user; asks for the password, of at least 8 characters')
    .argument('<name>', '1 to 150 characters, without a colon')
    .option('--email <address>', 'e-mail address')
    .option('--staff', 'may use what AuthBasicIsStaff protects, and the admin')
    .option('--superuser', 'may do everything')
    .option('--password-stdin', 'read the password from standard input')
    .option('--json', 'print the user as JSON')
    .action((username: string, options: Options, command: Command) =>
      withApp(command, async (app) => {
        const user = await app.users.create({
          username,
          password: await readNewPassword('Password', options.passwordStdin ?? false),
          email: options.email ?? '',
          staff: options.staff ?? false,
          superuser: options.superuser ?? false,
        })
        if (options.json) writeJson(user)
        else writeLine(`User ${user.username} created with id ${user.id}`)
      }),
    )
}

import { Command } from 'commander'
import { withApp } from '../session.js'
import { shownTime, writeJson, writeTable } from '../terminal.js'

const yesNo = (value: boolean) => (value ? 'yes' : 'no')

/** `user list`. */
export function userListCommand(): Command {
  return new Command('list')
    .description('list the users')
    .option('--json', 'print the users as a JSON array')
    .action((options: { json?: true }, command: Command) =>
      withApp(command, async (app) => {
        const users = await app.users.list()
        if (options.json) return writeJson(users)
        await writeTable(
          ['ID', 'NAME', 'EMAIL', 'ACTIVE', 'STAFF', 'SUPERUSER', 'CREATED'],
          users.map((user) => [
            String(user.id),
            user.username,
            user.email || '-',
            yesNo(user.isActive),
            yesNo(user.isStaff),
            yesNo(user.isSuperuser),
            shownTime(user.createdAt),
          ]),
        )
      }),
    )
}

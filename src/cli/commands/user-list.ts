import { Command } from 'commander'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { shownTime, writeJson, writeNote, writeTable } from '../terminal.js'

const yesNo = (value: boolean) => (value ? 'yes' : 'no')

/** `user list`. */
export function userListCommand(): Command {
  return new Command('list')
    .description('list the users, in the order of their ids')
    .option('--limit <n>', 'at most so many, 1 to 10000', integer(1, 10_000), 1000)
    .option('--after <id>', 'go on after this user id', integer(0), 0)
    .option('--json', 'print the users as a JSON array')
    .action(({ json, ...page }: { json?: true; limit: number; after: number }, command: Command) =>
      withApp(command, async (app) => {
        const users = await app.users.list(page)
        if (json) return writeJson(users)
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
        const last = users.at(-1)
        if (users.length === page.limit && last !== undefined) writeNote(`the next ones: --after ${last.id}`)
      }),
    )
}

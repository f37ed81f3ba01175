import { Command } from 'commander'
import { withApp } from '../session.js'
import { counted, writeJson, writeLine } from '../terminal.js'

/** `migrate`: brings the database up to date. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the database up to date (every other command does so when it starts)')
    .option('--json', 'print the result as JSON')
    .action((options: { json?: true }, command: Command) =>
      withApp(command, async ({ migrationsApplied }) => {
        if (options.json) writeJson({ migrationsApplied })
        else if (migrationsApplied === 0) writeLine('The database is up to date.')
        else writeLine(`${counted(migrationsApplied, 'migration')} applied.`)
      }),
    )
}

import type { Command } from 'commander'
import type { App } from '../app/index.js'
import { operator } from './operator.js'

/** Commands that change nothing. All others are written into the audit log: whoever adds one need not think of it. */
const readers = new Set([
  ...['user list', 'token list', 'service list', 'service show', 'service check'],
  ...['device list', 'device show', 'device timeline', 'device export', 'push-status'],
  ...['schedule list', 'schedule show', 'feedback-service list', 'feedback', 'migrate', 'stats'],
])

/** Runs a command's work, between two lines in the audit log where it may change something. */
export async function audited(app: App, command: Command, work: () => Promise<void>): Promise<void> {
  const operation = pathOf(command).join(' ')
  if (readers.has(operation) || command.opts()['dryRun'] === true) return await work()
  const options = Object.keys(command.opts())
  const entry = await app.audit.begin({
    ...{ via: 'command-line', who: operator().by ?? 'unknown', userId: null, tokenId: null, operation },
    resource: command.args[0]?.slice(0, 200) ?? null,
    fields: options.filter((name) => command.getOptionValueSource(name) === 'cli'),
    ...{ address: '', userAgent: '' },
  })
  let outcome: 'done' | 'failed' = 'failed'
  try {
    await work()
    outcome = 'done'
  } finally {
    // An error of this would hide the other; the entry stays pending.
    await app.audit.end(entry, { outcome, status: null }).catch(() => {})
  }
}

/** The words of a command, without the program's. */
function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()]
}

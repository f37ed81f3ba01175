import type { Command } from 'commander'
import type { App } from '../app/index.js'
import { type Logger, silentLogger } from '../base/index.js'
import type { Config } from '../config/index.js'
import { audited } from './audited.js'
import { writeError } from './terminal.js'

/**
 * The settings in force for a command: defaults, file, environment, the program's options, and `own`, the command's
 * options that are settings.
 */
export async function configOf(command: Command, own: Record<string, unknown> = {}): Promise<Config> {
  const { loadConfig } = await import('../config/index.js')
  return loadConfig({ flags: { ...programOptions(command), ...own } })
}

/**
 * Opens the application by the settings, and closes it when `use` has ended, however it ends. Unless `--log-level` is given, only
 * errors that are waited out are told, in a line each: what else there is to say is the command's result. What may change something is
 * written into the audit log.
 */
export async function withApp(command: Command, use: (app: App) => Promise<void>): Promise<void> {
  const config = await configOf(command)
  const { createProcessLogger, open } = await import('../app/index.js')
  const logs = programOptions(command)['logLevel'] !== undefined
  await using app = await open({
    ...config,
    logger: logs ? await createProcessLogger(config.logLevel) : notes,
  })
  await audited(app, command, () => use(app))
}

const notes: Logger = {
  ...silentLogger,
  error: (fields, message) => 'error' in fields && writeError(`${message}: ${fields.error}`),
}

function programOptions(command: Command): Record<string, unknown> {
  return command.parent === null ? command.opts() : programOptions(command.parent)
}

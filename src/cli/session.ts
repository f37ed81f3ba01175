import type { Command } from 'commander'
import type { App } from '../app/index.js'
import type { Config } from '../config/index.js'

/**
 * The settings in force for a command: defaults, file, environment, the program's options, and `own`, the command's
 * options that are settings.
 */
export async function configOf(command: Command, own: Record<string, unknown> = {}): Promise<Config> {
  const { loadConfig } = await import('../config/index.js')
  return loadConfig({ flags: { ...programOptions(command), ...own } })
}

/**
 * Opens the application by the settings, and closes it when `use` has ended, however it ends. Nothing is logged unless
 * `--log-level` is given: what there is to say is the command's result.
 */
export async function withApp(command: Command, use: (app: App) => Promise<void>): Promise<void> {
  const config = await configOf(command)
  const { createProcessLogger, open } = await import('../app/index.js')
  const logs = programOptions(command)['logLevel'] !== undefined
  await using app = await open({
    ...config,
    ...(logs && { logger: await createProcessLogger(config.logLevel) }),
  })
  await use(app)
}

function programOptions(command: Command): Record<string, unknown> {
  return command.parent === null ? command.opts() : programOptions(command.parent)
}

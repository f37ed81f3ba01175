import { Command } from 'commander'
import { callFeedbackServiceCommand } from './commands/call-feedback-service.js'
import { demoCommand } from './commands/demo.js'
import { deviceDeactivateCommand, deviceReactivateCommand } from './commands/device-activity.js'
import { deviceAddCommand } from './commands/device-add.js'
import { deviceExportCommand } from './commands/device-export.js'
import { deviceImportCommand } from './commands/device-import.js'
import { deviceListCommand } from './commands/device-list.js'
import { devicePruneCommand } from './commands/device-prune.js'
import { deviceRemoveCommand } from './commands/device-remove.js'
import { deviceShowCommand } from './commands/device-show.js'
import { deviceTimelineCommand } from './commands/device-timeline.js'
import { feedbackCommand } from './commands/feedback.js'
import { feedbackServiceAddCommand } from './commands/feedback-service-add.js'
import { feedbackServiceListCommand } from './commands/feedback-service-list.js'
import { migrateCommand } from './commands/migrate.js'
import { pushCommand } from './commands/push.js'
import { pushCancelCommand, pushPauseCommand, pushResumeCommand } from './commands/push-control.js'
import { pushRetryCommand } from './commands/push-retry.js'
import { pushStatusCommand } from './commands/push-status.js'
import { scheduleAddCommand } from './commands/schedule-add.js'
import {
  schedulePauseCommand,
  scheduleRemoveCommand,
  scheduleResumeCommand,
} from './commands/schedule-control.js'
import { scheduleListCommand } from './commands/schedule-list.js'
import { scheduleShowCommand } from './commands/schedule-show.js'
import { serveCommand } from './commands/serve.js'
import { serviceAddCommand } from './commands/service-add.js'
import { serviceCheckCommand } from './commands/service-check.js'
import { serviceListCommand } from './commands/service-list.js'
import { serviceRemoveCommand } from './commands/service-remove.js'
import { serviceSetCommand } from './commands/service-set.js'
import { serviceShowCommand } from './commands/service-show.js'
import { simulatorCommand } from './commands/simulator.js'
import { statsCommand } from './commands/stats.js'
import { tokenCreateCommand } from './commands/token-create.js'
import { tokenListCommand } from './commands/token-list.js'
import { tokenRevokeCommand } from './commands/token-revoke.js'
import { userCreateCommand } from './commands/user-create.js'
import { userListCommand } from './commands/user-list.js'
import { userPasswordCommand } from './commands/user-password.js'
import { workerCommand } from './commands/worker.js'
import { packageVersion } from './package-version.js'

/**
 * The whole command line. A command's file says its options and what it does; whatever is heavy is imported when the
 * command runs, so that `--version` and `--help` need none of it.
 */
export function createProgram(): Command {
  const program = new Command('ios-notifications')
    .description('Push notifications for iOS apps: device registry, API, sending, and an APNs simulator.')
    .version(packageVersion())
    .option('--config <file>', 'settings file (default: ios-notifications.config.json, where there is one)')
    .option('--database <address>', 'sqlite:PATH (default: sqlite:data/ios-notifications.sqlite)')
    .option(
      '--secret-key <key>',
      'seals secrets: 32 bytes in base64; other users of the machine may see it here',
    )
    .option('--persist-notifications <yes>', 'true or false: whether pushed notifications are stored')
    .option('--retention-days <n>', 'how long outcomes of single devices are kept; 0: for ever (default: 30)')
    .option('--log-level <level>', 'fatal, error, warn, info, debug, trace or silent')

  program.addCommand(serveCommand())
  program.addCommand(workerCommand())
  program.addCommand(migrateCommand())
  program
    .command('user')
    .description('people who may use the API')
    .addCommand(userCreateCommand())
    .addCommand(userListCommand())
    .addCommand(userPasswordCommand())
  program
    .command('token')
    .description('API tokens: what programs authenticate with')
    .addCommand(tokenCreateCommand())
    .addCommand(tokenListCommand())
    .addCommand(tokenRevokeCommand())
  program
    .command('service')
    .description('APN services: an app in an environment, and its credential')
    .addCommand(serviceAddCommand())
    .addCommand(serviceListCommand())
    .addCommand(serviceShowCommand())
    .addCommand(serviceSetCommand())
    .addCommand(serviceCheckCommand())
    .addCommand(serviceRemoveCommand())
  program
    .command('device')
    .description('the device registry')
    .addCommand(deviceAddCommand())
    .addCommand(deviceListCommand())
    .addCommand(deviceShowCommand())
    .addCommand(deviceTimelineCommand())
    .addCommand(deviceImportCommand())
    .addCommand(deviceExportCommand())
    .addCommand(deviceDeactivateCommand())
    .addCommand(deviceReactivateCommand())
    .addCommand(deviceRemoveCommand())
    .addCommand(devicePruneCommand())
  program.addCommand(pushCommand())
  program.addCommand(pushStatusCommand())
  program.addCommand(pushPauseCommand())
  program.addCommand(pushResumeCommand())
  program.addCommand(pushCancelCommand())
  program.addCommand(pushRetryCommand())
  program
    .command('schedule')
    .description('what is done again and again: pushes and calls of feedback services')
    .addCommand(scheduleAddCommand())
    .addCommand(scheduleListCommand())
    .addCommand(scheduleShowCommand())
    .addCommand(schedulePauseCommand())
    .addCommand(scheduleResumeCommand())
    .addCommand(scheduleRemoveCommand())
  program
    .command('feedback-service')
    .description('feedback services: what deactivates the devices that Apple has found dead')
    .addCommand(feedbackServiceAddCommand())
    .addCommand(feedbackServiceListCommand())
  program.addCommand(callFeedbackServiceCommand())
  program.addCommand(statsCommand())
  program.addCommand(feedbackCommand())
  program.addCommand(simulatorCommand())
  program.addCommand(demoCommand())

  configureAll(program)
  return program
}

/** Errors are thrown to `run`, and said in one line under the program's name. */
function configureAll(command: Command): void {
  command.exitOverride()
  command.configureOutput({
    outputError: (text, write) =>
      write(text.replace(/^error: /, 'ios-notifications: ').replaceAll(/\n(?=.)/g, ' ')),
  })
  for (const child of command.commands) configureAll(child)
}

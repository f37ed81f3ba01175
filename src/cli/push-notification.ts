import type { Command } from 'commander'
import type { JsonObject, NotificationInput } from '../app/index.js'
import { errorMessage } from '../base/index.js'
import { instant, integer, jsonObject, parseJsonObject } from './arguments.js'
import { readGivenText } from './given-file.js'
import { wrongUse } from './wrong-use.js'

/** The options of a command that say what is pushed. */
export interface NotificationOptions {
  service: number
  message?: string
  title?: string
  badge?: number
  sound?: string
  silent?: true
  extra?: JsonObject
  payloadFile?: string
  pushType?: string
  priority?: 10 | 5 | 1
  collapseId?: string
  expiration?: number
}

/** Adds the options that say what is pushed, but for `--service`. */
export function addNotificationOptions(command: Command): Command {
  return command
    .option('--message <text>', 'the text of the alert')
    .option('--title <text>', 'its title')
    .option('--badge <n>', 'the number on the app icon; 0 clears it', integer(0, 2_147_483_647))
    .option('--sound <name>', 'default, or a sound file of the app')
    .option('--silent', 'wake the app in the background: sets content-available')
    .option('--extra <json>', 'custom keys beside aps, as a JSON object', jsonObject)
    .option(
      '--payload-file <file>',
      'the whole payload as JSON, in place of everything above; - is standard input',
    )
    .option('--push-type <type>', 'alert, background, voip ... (default: follows from the payload)')
    .option(
      '--priority <n>',
      '10 at once, 5 when it suits the battery, 1 never wakes the device',
      integer(1, 10),
    )
    .option('--collapse-id <text>', 'pushes with the same id are shown as one; at most 64 bytes')
    .option(
      '--expiration <when>',
      'how long Apple keeps it: seconds since 1970, 2027-01-31T12:00:00Z, or +2h; 0: one attempt',
      instant,
    )
}

/** The notification that the options describe. PUSH_ERR_INPUT_INVALID where there is nothing to push, or too much said. */
export async function notificationOf(options: NotificationOptions): Promise<NotificationInput> {
  const { service, pushType, priority, collapseId, expiration } = options
  const content = options.payloadFile === undefined ? contentOf(options) : await payloadOf(options)
  return {
    service,
    ...content,
    ...(pushType !== undefined && { pushType }),
    ...(priority !== undefined && { priority }),
    ...(collapseId !== undefined && { collapseId }),
    ...(expiration !== undefined && { expiration }),
  }
}

function contentOf(options: NotificationOptions): Omit<NotificationInput, 'service'> {
  const { message, title, badge, sound, silent, extra } = options
  // The predecessor's rule: a badge or a sound alone is no notification.
  if (!message && !title && !silent && extra === undefined)
    throw wrongUse('--message', 'give a --message, a --title, --extra, --silent or a --payload-file')
  return {
    ...(message !== undefined && { message }),
    ...(title !== undefined && { title }),
    ...(badge !== undefined && { badge }),
    ...(sound !== undefined && { sound }),
    ...(silent !== undefined && { silent }),
    ...(extra !== undefined && { customPayload: extra }),
  }
}

async function payloadOf(options: NotificationOptions): Promise<Omit<NotificationInput, 'service'>> {
  for (const name of ['message', 'title', 'badge', 'sound', 'silent', 'extra'] as const)
    if (options[name] !== undefined)
      throw wrongUse(
        `--${name}`,
        `--${name} and --payload-file exclude each other: the file is the whole payload`,
      )
  const text = await readGivenText('--payload-file', options.payloadFile!)
  try {
    return { payload: parseJsonObject(text) }
  } catch (error) {
    throw wrongUse('--payload-file', `--payload-file ${options.payloadFile} ${errorMessage(error)}`)
  }
}

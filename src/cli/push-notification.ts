import type { JsonObject, NotificationInput } from '../app/index.js'
import { errorMessage } from '../base/index.js'
import { parseJsonObject } from './arguments.js'
import { readGivenText } from './given-file.js'
import { wrongUse } from './wrong-use.js'

/** The options of `push` that say what is pushed. */
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

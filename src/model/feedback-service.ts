import { checkHostname } from './service-check.js'
import { checkInteger, checkText } from './text-check.js'

/**
 * The feedback service of an APN service: calling it deactivates the devices whose tokens Apple has found dead. Apple closed
 * the stream of that name in 2021; the same news comes as status 410 of a push, and lies in the ledger until the call.
 */
export interface FeedbackService {
  id: number
  /** 1 to 255 characters; unique together with `hostname`. */
  name: string
  /** As it was entered, such as the predecessor's `feedback.push.apple.com`; nothing connects to it. */
  hostname: string
  /** The APN service whose devices are meant. */
  serviceId: number
}

/** Checks a feedback service to be stored. PUSH_ERR_INPUT_INVALID. */
export function checkFeedbackService(input: Omit<FeedbackService, 'id'>): Omit<FeedbackService, 'id'> {
  return {
    name: checkText('name', input.name, 255, 1),
    hostname: checkHostname(input.hostname),
    serviceId: checkInteger(
      'service',
      input.serviceId,
      1,
      Number.MAX_SAFE_INTEGER,
      'the id of an APN service',
    ),
  }
}

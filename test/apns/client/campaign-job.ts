import type { EncodedMessage, Job } from '../../../src/apns/client/job.js'

/** A job whose pushes end in `end`, however they end; its answers are read in no detail, as those of a campaign. */
export function campaignJob(
  message: EncodedMessage,
  end: (token: string) => void,
  replaysUnknown: boolean,
): Job {
  return {
    message,
    detailed: false,
    replaysUnknown,
    over: false,
    accept: end,
    reject: end,
    unknown: end,
    unsent: end,
  }
}

import type { App, PushResult } from '../app/index.js'
import { counted } from './terminal.js'

/** Of how many deactivated devices the tokens are shown. */
const shownDevices = 5

/** `accepted=980 rejected=20 unknown=0 unsent=0`. */
export function sumsLine({ accepted, rejected, unknown, unsent }: PushResult): string {
  return `accepted=${accepted} rejected=${rejected} unknown=${unknown} unsent=${unsent}`
}

/** What is to be known of a push that has ended, one line each, without its sums. */
export async function pushReport(app: App, result: PushResult): Promise<string[]> {
  const lines: string[] = []
  if (result.skippedInactive > 0) lines.push(`${counted(result.skippedInactive, 'inactive device')} skipped`)
  if (result.skippedUnregistered > 0)
    lines.push(`${counted(result.skippedUnregistered, 'token')} skipped: no device of the service has it`)
  for (const { outcome, reason, count } of result.reasons) lines.push(`${outcome}: ${count} ${reason}`)
  if (result.deactivated > 0) {
    lines.push(`${counted(result.deactivated, 'device')} deactivated:`)
    const tokens = await app.deactivatedBy(result.pushId, shownDevices)
    lines.push(...tokens.map((token) => `  ${token}`))
    if (result.deactivated > tokens.length) lines.push(`  and ${result.deactivated - tokens.length} more`)
  }
  return lines
}

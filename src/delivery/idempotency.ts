import { createHash } from 'node:crypto'
import { PushError, shown } from '../base/index.js'
import type { Audience, PushContent } from '../model/index.js'
import type { PushOptions } from './push-options.js'

/** The key of a request and a digest of what it asks for. PUSH_ERR_INPUT_INVALID for a key that is none. */
export function idempotencyOf(
  key: string,
  content: PushContent,
  audience: Audience,
  { urgency, duplicates, maxAttempts, dueAt, chunkSize, localTime, timeZone }: PushOptions,
): { key: string; hash: string } {
  if (typeof key !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new PushError(
      'PUSH_ERR_INPUT_INVALID',
      `idempotencyKey: ${shown(key)} is not allowed; use 1 to 255 printable characters of ASCII without spaces`,
      { field: 'idempotencyKey' },
    )
  }
  const request = [content, audience, urgency, duplicates, maxAttempts, dueAt, chunkSize, localTime, timeZone]
  return { key, hash: createHash('sha256').update(JSON.stringify(request)).digest('hex') }
}

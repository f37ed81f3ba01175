import type { Preflight } from '../app/index.js'
import { writeFields, writeLine } from './terminal.js'

/** Says what a push would be. */
export function writePreflight(preflight: Preflight): void {
  const { audienceSize, skippedInactive, skippedUnregistered, payload, payloadBytes, headers } = preflight
  writeFields({
    devices: audienceSize,
    'skipped, inactive': skippedInactive,
    'skipped, not registered': skippedUnregistered,
    'payload bytes': payloadBytes,
    ...headers,
    payload,
  })
  writeLine('Nothing was sent.')
}

// Our client, with one call for all pushes.
import { payload, topic } from './message.mjs'
import { openClient } from './ours.mjs'

export function open(target) {
  const client = openClient(target)
  return {
    /** Yields how many pushes were accepted since the last time. */
    async *sendMany(pages) {
      for await (const batch of client.sendMany({ topic, payload }, pages)) yield batch.accepted
    },
    close: () => client.close(),
  }
}

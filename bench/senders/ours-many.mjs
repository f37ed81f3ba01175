// Our client, with one call for all pushes.
import { message, openClient } from './ours.mjs'

export function open(target) {
  const client = openClient(target)
  return {
    /** Yields how many pushes were accepted since the last time. */
    async *sendMany(pages) {
      for await (const batch of client.sendMany(message, pages)) yield batch.accepted
    },
    close: () => client.close(),
  }
}

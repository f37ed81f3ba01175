// Our client, with a promise a push.
import { ApnsClient } from '../../dist/apns/index.js'
import { keyId, payload, teamId, topic } from './message.mjs'

export const message = { topic, payload }

export const openClient = ({ port, ca, key, connections }) =>
  new ApnsClient({
    hostname: '127.0.0.1',
    port,
    ca,
    key: { p8: key, keyId, teamId },
    maxConnections: connections,
  })

export function open(target) {
  const client = openClient(target)
  return {
    async send(token) {
      const outcome = await client.send({ ...message, token })
      if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome))
    },
    close: () => client.close(),
  }
}

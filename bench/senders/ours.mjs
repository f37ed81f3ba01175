// Our client, with a promise a push.
import { ApnsClient } from '../../dist/apns/index.js'
import { keyId, payload, teamId, topic } from './message.mjs'

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
    send: (token) => client.send({ topic, payload, token }),
    accepted: (outcome) => outcome.kind === 'accepted',
    close: () => client.close(),
  }
}

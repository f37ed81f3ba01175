// apns2 (npm) as its README says. Its connections (32) and what each carries (one push at a time) can't be set.
import tls from 'node:tls'
import { ApnsClient, Notification } from 'apns2'
import { alert, keyId, teamId, topic } from './message.mjs'

export function open({ port, key }) {
  // It has no setting for the port either: its connections are led from 443 to the sink, at no cost a push. It finds the
  // sink's authority in NODE_EXTRA_CA_CERTS.
  const { connect } = tls
  tls.connect = (options, ...rest) => connect({ ...options, port }, ...rest)
  const client = new ApnsClient({
    host: '127.0.0.1',
    team: teamId,
    keyId,
    signingKey: key,
    defaultTopic: topic,
  })
  const message = { alert, sound: 'default', badge: 1 }
  return {
    send: (token) => client.send(new Notification(token, message)),
    close: () => client.close(),
  }
}

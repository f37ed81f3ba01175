// @parse/node-apn as its README says: one provider, one notification, `send` for each device.
import apn from '@parse/node-apn'
import { alert, keyId, teamId, topic } from './message.mjs'

export function open({ port, ca, key, connections }) {
  const options = {
    token: { key: Buffer.from(key), keyId, teamId },
    address: '127.0.0.1',
    port,
    ca: [ca],
    // With 16,000 in flight, a slow machine takes longer than the 5 s of its default for the last of them.
    requestTimeout: 60_000,
  }
  // Its name for several connections.
  const provider =
    connections === 1
      ? new apn.Provider(options)
      : new apn.MultiProvider({ ...options, clientCount: connections })
  const note = new apn.Notification({ topic, pushType: 'alert', alert, sound: 'default', badge: 1 })
  return {
    send: (token) => provider.send(note, token),
    accepted: ({ failed }) => failed.length === 0,
    close: () => provider.shutdown(),
  }
}

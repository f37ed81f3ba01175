// Node.js's own HTTP/2 client, and nothing around it: what a client for APNs that is built on it can't undercut.
import { connect } from 'node:http2'
import { payload, topic } from './message.mjs'

export function open({ port, ca, connections }) {
  const sessions = Array.from({ length: connections }, () => connect(`https://127.0.0.1:${port}`, { ca }))
  const body = Buffer.from(JSON.stringify(payload))
  const headers = {
    ':method': 'POST',
    authorization: `bearer ${'x'.repeat(200)}`,
    'apns-topic': topic,
    'apns-push-type': 'alert',
  }
  let next = 0
  return {
    send(token) {
      const session = sessions[next++ % sessions.length]
      return new Promise((resolve, reject) => {
        const stream = session.request({ ...headers, ':path': `/3/device/${token}` })
        let status = 0
        stream.on('response', (head) => {
          status = head[':status']
        })
        stream.on('error', reject)
        stream.on('close', () => (status === 200 ? resolve() : reject(new Error(`status ${status}`))))
        stream.resume()
        stream.end(body)
      })
    },
    close: () => Promise.all(sessions.map((session) => new Promise((resolve) => session.close(resolve)))),
  }
}

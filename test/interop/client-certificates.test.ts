import { describe, expect, test } from 'vitest'
import { tokenOf, tokensOf } from '../apns/client/device-tokens.js'
import { collect, counts } from '../apns/client/sums.js'
import { clientFor } from './interop-server.js'
import { startNginx } from './nginx.js'
import { hasProgram } from './server-process.js'

const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

/** nginx that checks client certificates, and names the subject in its answer. */
function startStrictNginx() {
  return startNginx(({ caFile }) => ({
    server: `ssl_verify_client on; ssl_client_certificate ${caFile};`,
    locations: 'location = /3/device/aa { return 400 \'{"reason":"$ssl_client_verify"}\'; }',
  }))
}

describe.skipIf(!hasProgram('nginx'))('nginx checks client certificates', () => {
  test.each(['TLSv1.2', 'TLSv1.3'])('one of its authority is good, over %s', async (version) => {
    const server = await startNginx(({ caFile }) => ({
      server: `ssl_verify_client on; ssl_client_certificate ${caFile}; ssl_protocols ${version};`,
      locations: 'location = /3/device/aa { return 400 \'{"reason":"$ssl_client_verify"}\'; }',
    }))
    const client = clientFor(server, { certificate: server.folder.issueClientCertificate() })
    await expect(client.connect()).resolves.toMatchObject({ tlsVersion: version })
    const sum = await collect(client.sendMany(message, tokensOf(2000)))
    expect(counts(sum)).toEqual({ accepted: 2000, rejected: 0, unknown: 0, unsent: 0 })
    await expect(client.send({ ...message, token: 'aa' })).resolves.toMatchObject({ reason: 'SUCCESS' })
  })

  test('without one, nginx answers 400', async () => {
    const client = clientFor(await startStrictNginx())
    const outcome = await client.send({ ...message, token: tokenOf(1) })
    expect(outcome).toMatchObject({ kind: 'rejected', status: 400, reason: 'Status400' })
  })

  test('with one of another authority, too', async () => {
    const server = await startStrictNginx()
    const other = await startStrictNginx()
    const client = clientFor(server, { certificate: other.folder.issueClientCertificate() })
    const outcome = await client.send({ ...message, token: tokenOf(1) })
    expect(outcome).toMatchObject({ kind: 'rejected', status: 400, reason: 'Status400' })
  })
})

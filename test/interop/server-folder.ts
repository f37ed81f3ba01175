import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { ClientCertificate, ProviderKey } from '../../src/apns/index.js'
import { issueClientCertificate } from '../../src/simulator/certificates/client-certificate.js'
import { openSimulatorFiles } from '../../src/simulator/certificates/simulator-files.js'

const teamId = 'TEAM123456'

/** A folder for a server: its certificate for `localhost`, signed by an authority of its own, and room for its files. */
export interface ServerFolder {
  file: (name: string) => string
  /** PEM of the authority. */
  ca: string
  caFile: string
  certificateFile: string
  privateKeyFile: string
  /** A provider key; these servers do not look at its tokens. */
  key: ProviderKey
  /** A client certificate of the same authority. */
  issueClientCertificate: () => ClientCertificate
}

/** Makes the folder; removed when the test ends. */
export function makeServerFolder(): ServerFolder {
  const path = mkdtempSync(join(tmpdir(), 'ios-notifications-interop-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  const file = (name: string) => join(path, name)
  const { authority, caFile, p8 } = openSimulatorFiles(path, ['localhost', '127.0.0.1'])
  return {
    file,
    ca: authority.certificate,
    caFile,
    certificateFile: file('server.pem'),
    privateKeyFile: file('server-key.pem'),
    key: { p8, keyId: 'KEY1234567', teamId },
    issueClientCertificate: () => issueClientCertificate(authority, teamId, { topic: 'com.example.app' }),
  }
}

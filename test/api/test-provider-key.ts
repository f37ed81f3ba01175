import { generateKeyPairSync } from 'node:crypto'
import type { ProviderKey } from '../../src/apns/index.js'

/** A key as Apple hands it out. */
export const testProviderKey: ProviderKey = {
  p8: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
    type: 'pkcs8',
    format: 'pem',
  }) as string,
  keyId: 'ABCDE12345',
  teamId: 'FGHIJ67890',
}

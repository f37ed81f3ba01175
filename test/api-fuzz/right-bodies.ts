import { generateKeyPairSync } from 'node:crypto'

const p8 = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string

/** A provider key that a service can be made with. */
export const key = { p8, keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' }

const token = 'ab'.repeat(32)

/** Bodies that are right, by operation: chance alone does not make a credential. Ids are those of things that are there. */
export const rightBodies: Readonly<Record<string, readonly Record<string, unknown>[]>> = {
  createService: [{ name: 'new', hostname: '127.0.0.1', port: 1, topic: 'com.example.app', key }],
  changeService: [{ key }, { topic: 'com.example.other', maxPerSecond: 10 }, { feedback: 'deferred' }],
  registerDevice: [
    { token, service: 1 },
    { token, service: 1, tags: ['beta'], osVersion: '17.1', users: [1] },
  ],
  changeDevice: [{ tags: ['beta'] }, { isActive: false }, { users: [1, 2] }, { attributes: { plan: 'pro' } }],
  deactivateDevices: [{ devices: [1, 2] }, { service: 1, tokens: [token] }],
  reactivateDevices: [{ devices: [1, 2] }, { service: 1, tokens: [token] }],
}

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
  inspectService: [
    { key },
    { name: 'new', hostname: 'gateway.push.apple.com', certificate: {} },
    { service: 1 },
  ],
  registerDevice: [
    { token, service: 1 },
    { token, service: 1, tags: ['beta'], osVersion: '17.1' },
  ],
  changeDevice: [{ tags: ['beta'] }, { isActive: false }, { users: [1, 2] }, { attributes: { plan: 'pro' } }],
  deactivateDevices: [{ devices: [1, 2] }, { service: 1, tokens: [token] }],
  createNotification: [
    { service: 1, message: 'Hi' },
    { service: 1, payload: { aps: { 'content-available': 1 } }, pushType: 'background', priority: 5 },
  ],
  previewNotification: [{ service: 1, message: 'Hi', badge: -1 }],
  changeNotification: [{ title: 'A title' }, { badge: null }, { customPayload: { order: 7 } }],
  createPush: [
    { notification: 1 },
    { notification: 1, dryRun: true },
    { notification: 1, devices: [1, 2], urgency: 'urgent', duplicates: 'never', maxAttempts: 1 },
    { notification: 1, where: { and: [{ tags: ['beta'] }, { not: { users: [1] } }] } },
    { notification: { service: 1, message: 'Hi' }, tokens: [token, '0'.repeat(63).concat('1')] },
    { notification: 1, at: '2035-01-01T09:00:00Z' },
    { notification: 1, localTime: '2035-01-01T09:00', timeZone: 'Europe/Berlin' },
  ],
  retryPush: [{}, { outcomes: ['unsent'] }],
  createSchedule: [
    { cron: '0 9 * * *', notification: 1 },
    { cron: '0 9 * * *', timeZone: 'Europe/Berlin', feedbackService: 1 },
  ],
  createToken: [{ name: 'a token', scopes: ['push'] }],
  undoFeedback: [{ entries: [1] }],
  signIn: [{ username: 'ann', password: 'open sesame' }],
  reactivateDevices: [{ devices: [1, 2] }, { service: 1, tokens: [token] }],
}

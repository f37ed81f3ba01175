import type { Push, Service } from '../../src/model/index.js'

/** A service as it comes from the store. */
export const someService: Service = {
  id: 1,
  name: 'production',
  hostname: 'api.push.apple.com',
  port: 443,
  topic: 'com.example.app',
  authentication: 'key',
  keyId: 'ABCDE12345',
  teamId: 'TEAM123456',
  certificate: null,
  ca: null,
  feedback: 'immediate',
  createdAt: 0,
  updatedAt: 0,
}

/** A push as it was planned. */
export const somePush: Push = {
  id: 1,
  uuid: '11111111-2222-4333-8444-555555555555',
  serviceId: 1,
  notificationId: null,
  state: 'queued',
  stateReason: null,
  payload: '{"aps":{"alert":"Hi"}}',
  pushType: 'alert',
  topic: 'com.example.app',
  priority: null,
  expiration: null,
  collapseId: null,
  audienceKind: 'all',
  audienceSize: 10,
  skippedInactive: 0,
  skippedUnregistered: 0,
  accepted: 0,
  rejected: 0,
  unknown: 0,
  unsent: 0,
  createdAt: 1000,
  startedAt: null,
  finishedAt: null,
}

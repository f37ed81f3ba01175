import { generateKeyPairSync } from 'node:crypto'
import { Pace } from '../../../src/apns/client/pace.js'
import { ProviderTokens } from '../../../src/apns/client/provider-tokens.js'
import { PushQueue } from '../../../src/apns/client/push-queue.js'
import type { SessionOptions } from '../../../src/apns/client/session.js'
import { silentLogger } from '../../../src/base/index.js'

/** A session of its own, with a certificate unless tokens are given. */
export function sessionOptions(options: Partial<SessionOptions> = {}): SessionOptions {
  return {
    authority: 'localhost',
    queue: new PushQueue(),
    pace: new Pace(),
    tokens: undefined,
    maxConcurrentStreams: 10,
    logger: silentLogger,
    observer: undefined,
    ...options,
  }
}

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })

/** Provider tokens of a key of the test's, on the test's own time in milliseconds. */
export function testTokens(now: () => number, monotonic: () => number = now): ProviderTokens {
  return new ProviderTokens(privateKey, 'ABCDE12345', 'TEAM123456', { now }, monotonic)
}

import { describe, expect, test } from 'vitest'
import type { Rejected } from '../../src/apns/index.js'
import type { LeasedChunk } from '../../src/delivery/chunk-leases.js'
import { InFlight } from '../../src/delivery/in-flight.js'
import { pageRecord } from '../../src/delivery/page-record.js'
import type { Service } from '../../src/model/index.js'
import { somePush, someService } from './sample-rows.js'

const leased: LeasedChunk = {
  chunk: {
    id: 7,
    pushId: 1,
    firstDeviceId: 1,
    lastDeviceId: 1000,
    size: 1000,
    position: 0,
    handed: 0,
    deferred: 0,
    state: 'sending',
    fence: 3,
    leaseOwner: 'me',
    leaseUntil: 60_000,
    accepted: 0,
    rejected: 0,
    unknown: 0,
    unsent: 0,
  },
  until: 0,
  readUpTo: 0,
  unrecordedPages: 0,
  exhausted: false,
  lost: false,
}

const chunk = { kind: 'chunk' as const, chunk: leased }

function rules(service: Service = someService) {
  return { service, push: somePush, keepsUnsent: false, at: 2000 }
}

function devices(first: number, count: number) {
  const ids = Array.from({ length: count }, (_, offset) => first + offset)
  return { ids, tokens: ids.map((id) => id.toString(16).padStart(64, '0')) }
}

function dead(index: number, timestamp?: number): Rejected {
  const outcome: Rejected = {
    kind: 'rejected',
    token: `t${index}`,
    index,
    apnsId: `id-${index}`,
    status: 410,
    reason: 'Unregistered',
  }
  return timestamp === undefined ? outcome : { ...outcome, timestamp }
}

const quiet = { accepted: 0, rejected: [], unknown: [], unsent: [] }

describe('pages in flight', () => {
  test('a page is settled when its last device is, not before', () => {
    const inFlight = new InFlight()
    inFlight.add(chunk, devices(1, 100))
    inFlight.add(chunk, devices(101, 100))
    inFlight.see({ ...quiet, accepted: 150, settled: 99 })
    expect(inFlight.next()).toBeUndefined()
    inFlight.see({ ...quiet, settled: 100 })
    expect(inFlight.next()?.page.numbers.at(-1)).toBe(100)
    expect(inFlight.next()).toBeUndefined()
  })

  test('the last block is settled when every outcome is there, even if the client has not closed it', () => {
    const inFlight = new InFlight()
    inFlight.add(chunk, devices(1, 10))
    inFlight.see({ ...quiet, accepted: 10, settled: 0 })
    expect(inFlight.isIdle).toBe(true)
    expect(inFlight.next()?.refusals).toEqual([])
  })

  test('refusals that come early wait for their page', () => {
    const inFlight = new InFlight()
    inFlight.add(chunk, devices(1, 2))
    inFlight.add(chunk, devices(3, 2))
    inFlight.see({ ...quiet, rejected: [dead(3), dead(1)], settled: 0 })
    inFlight.see({ ...quiet, accepted: 2, settled: 0 })
    expect(inFlight.next()?.refusals.map(({ index }) => index)).toEqual([1])
    expect(inFlight.next()?.refusals.map(({ index }) => index)).toEqual([3])
    expect(inFlight.next()).toBeUndefined()
  })
})

describe('the record of a page', () => {
  test('tells accepted devices from the others, and the new position', () => {
    const inFlight = new InFlight()
    inFlight.add(chunk, devices(11, 4))
    inFlight.see({ ...quiet, accepted: 3, rejected: [dead(2, 500)], settled: 0 })
    const record = pageRecord(inFlight.next()!, rules())
    expect(record).toMatchObject({
      chunkId: 7,
      fence: 3,
      position: 14,
      counts: { accepted: 3, rejected: 1, unknown: 0, unsent: 0 },
      acceptedIds: [11, 12, 14],
      deliveries: [
        {
          deviceId: 13,
          outcome: 'rejected',
          reason: 'Unregistered',
          status: 410,
          apnsId: 'id-2',
          at: 2000,
        },
      ],
      feedback: [{ deviceId: 13, token: 't2', reason: 'Unregistered', timestamp: 500 }],
      deactivate: true,
    })
  })

  test('a 410 without a timestamp counts from when the push was made', () => {
    const inFlight = new InFlight()
    inFlight.add(chunk, devices(1, 1))
    inFlight.see({ ...quiet, rejected: [dead(0)], settled: 0 })
    const service: Service = { ...someService, feedback: 'deferred' }
    const record = pageRecord(inFlight.next()!, rules(service))
    expect(record.feedback[0]?.timestamp).toBe(somePush.createdAt)
    expect(record.deactivate).toBe(false)
  })

  test('an answer of another kind is no feedback', () => {
    const inFlight = new InFlight()
    inFlight.add(chunk, devices(1, 1))
    inFlight.see({ ...quiet, rejected: [{ ...dead(0), status: 400, reason: 'BadDeviceToken' }], settled: 0 })
    expect(pageRecord(inFlight.next()!, rules()).feedback).toEqual([])
  })
})

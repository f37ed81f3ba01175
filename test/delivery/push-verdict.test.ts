import { describe, expect, test } from 'vitest'
import type { OutcomeBatch, Rejected } from '../../src/apns/index.js'
import { reasonDispositions } from '../../src/apns/index.js'
import { type ErrorCode, PushError } from '../../src/base/index.js'
import { PushVerdict } from '../../src/delivery/push-verdict.js'
import { repairLine } from '../../src/delivery/repair-advice.js'
import { somePush, someService } from './sample-rows.js'

function rejected(reason: string, status = 400): Rejected {
  return { kind: 'rejected', token: 'aa', index: 0, apnsId: undefined, status, reason }
}

function batch(accepted: number, reasons: readonly (readonly [string, number])[] = []): OutcomeBatch {
  const answers = reasons.flatMap(([reason, count]) => Array.from({ length: count }, () => rejected(reason)))
  return { accepted, rejected: answers, unknown: [], unsent: [], settled: 0 }
}

function verdictAfter(...batches: OutcomeBatch[]): PushVerdict {
  const verdict = new PushVerdict(someService, somePush, true)
  for (const each of batches) verdict.see(each)
  return verdict
}

describe('a burst stops the push', () => {
  test('at 50 doubtful answers, not at 49', () => {
    expect(verdictAfter(batch(0, [['BadDeviceToken', 49]])).stop).toBeUndefined()
    expect(verdictAfter(batch(0, [['BadDeviceToken', 50]])).stop?.state).toBe('failed')
  })

  test('at half of the answers, not at less', () => {
    expect(verdictAfter(batch(51, [['BadDeviceToken', 50]])).stop).toBeUndefined()
    expect(verdictAfter(batch(50, [['BadDeviceToken', 50]])).stop?.state).toBe('failed')
  })

  test('made of several reasons, an unknown one among them', () => {
    const doubts = [
      ['DeviceTokenNotForTopic', 20],
      ['BrandNewReason', 30],
    ] as const
    const { stop } = verdictAfter(batch(0, doubts))
    expect(stop?.reason).toContain('BrandNewReason: 50 of the first 50 answers')
  })

  test('and names environment and topic', () => {
    const { stop } = verdictAfter(batch(10, [['BadDeviceToken', 60]]))
    expect(stop?.reason).toBe(
      'BadDeviceToken: 60 of the first 70 answers speak against the service; either the tokens are of another environment ' +
        'than api.push.apple.com, or of another app than topic com.example.app; no device was deactivated',
    )
  })

  test('but dead tokens and faults of Apple are none', () => {
    const answers = [
      ['Unregistered', 500],
      ['TooManyRequests', 500],
      ['ServiceUnavailable', 500],
    ] as const
    expect(verdictAfter(batch(0, answers)).stop).toBeUndefined()
  })
})

describe('the probe opens up', () => {
  test('when more than half of it speaks for the service', () => {
    expect(verdictAfter(batch(50)).speaksForService).toBe(false)
    expect(verdictAfter(batch(51)).speaksForService).toBe(true)
    expect(verdictAfter(batch(0, [['Unregistered', 51]])).speaksForService).toBe(true)
    expect(verdictAfter(batch(50, [['BadDeviceToken', 10]])).speaksForService).toBe(false)
  })
})

describe('one answer stops the push and says what to repair', () => {
  const fatal = Object.entries(reasonDispositions).filter(([, disposition]) =>
    ['fix-request', 'fix-credentials', 'refresh-token'].includes(disposition),
  )

  test.each(fatal)('%s', (reason) => {
    const { stop } = verdictAfter(batch(1000, [[reason, 1]]))
    expect(stop).toEqual({ state: 'failed', reason: repairLine(reason) })
    expect(repairLine(reason)).toMatch(new RegExp(`^${reason}: [^\\n]{20,}$`))
    expect(repairLine(reason)).not.toContain('every push like this one')
  })

  test('the first reason is kept', () => {
    const verdict = verdictAfter(batch(0, [['BadTopic', 1]]), batch(0, [['Forbidden', 1]]))
    expect(verdict.stop?.reason).toBe(repairLine('BadTopic'))
  })
})

describe('what was not sent', () => {
  function unsent(code: ErrorCode, count = 1): OutcomeBatch {
    const cause = new PushError(code, 'why it did not leave')
    const outcome = { kind: 'unsent' as const, token: 'aa', index: 0, apnsId: undefined, cause }
    return { ...batch(0), unsent: Array.from({ length: count }, () => outcome) }
  }

  test('for want of a connection stops the push', () => {
    expect(verdictAfter(unsent('PUSH_ERR_APNS_CONNECT')).stop).toEqual({
      state: 'failed',
      reason: 'why it did not leave',
    })
  })

  test('because connections are lost again and again stops it at 50, or at once where nobody has got an answer', () => {
    const lost = (count: number) => unsent('PUSH_ERR_APNS_CONNECTION_LOST', count)
    expect(verdictAfter(batch(1), lost(49)).stop).toBeUndefined()
    expect(verdictAfter(batch(1), lost(49), lost(1)).stop?.reason).toBe('why it did not leave')
    expect(verdictAfter(lost(1)).stop?.state).toBe('failed')
  })

  test('because nothing was answered in time stops it, and says what to check if there was no answer at all', () => {
    const silent = unsent('PUSH_ERR_APNS_TIMEOUT')
    expect(verdictAfter(batch(1), silent).stop?.reason).toBe('why it did not leave')
    expect(verdictAfter(silent).stop?.reason).toMatch(
      /^api\.push\.apple\.com:443 has answered no push \(why it did not leave\); check /,
    )
  })

  test('because the sending was stopped is no reason of its own', () => {
    expect(verdictAfter(unsent('PUSH_ERR_ABORTED')).stop).toBeUndefined()
  })

  test('because of its own token stops nothing', () => {
    expect(verdictAfter(unsent('PUSH_ERR_DEVICE_TOKEN_INVALID')).stop).toBeUndefined()
  })
})

describe('pushes without an answer in time', () => {
  function unknown(count: number, code: ErrorCode = 'PUSH_ERR_APNS_TIMEOUT'): OutcomeBatch {
    const cause = new PushError(code, 'no answer in 30000 ms')
    const outcome = { kind: 'unknown' as const, token: 'aa', index: 0, apnsId: undefined, cause }
    return { ...batch(0), unknown: Array.from({ length: count }, () => outcome) }
  }

  test('stop the push at 10, where none has been answered', () => {
    expect(verdictAfter(unknown(9)).stop).toBeUndefined()
    expect(verdictAfter(unknown(9), unknown(1)).stop).toEqual({
      state: 'failed',
      reason:
        'api.push.apple.com:443 has answered no push (no answer in 30000 ms); ' +
        'check the hostname and port of the service, and what stands between, such as a proxy',
    })
  })

  test('stop nothing once there has been an answer, be it a rejection', () => {
    expect(verdictAfter(batch(1), unknown(2000)).stop).toBeUndefined()
    expect(verdictAfter(unknown(9), batch(0, [['Unregistered', 1]]), unknown(2000)).stop).toBeUndefined()
    expect(verdictAfter({ ...unknown(100), accepted: 1 }).stop).toBeUndefined()
  })

  test('do not include those that the caller stopped, or whose connection was lost', () => {
    const others = [unknown(100, 'PUSH_ERR_ABORTED'), unknown(100, 'PUSH_ERR_APNS_CONNECTION_LOST')]
    expect(verdictAfter(...others).stop).toBeUndefined()
  })
})

import { describe, expect, test } from 'vitest'
import { tokenOf } from './device-tokens.js'
import { testTokens } from './session-options.js'
import { clientFor, startScene } from './simulator-scene.js'

const minute = 60_000

/** A token source with a clock and a stopwatch that the test sets. */
function scene() {
  const time = { clock: Date.UTC(2026, 0, 1), passed: 0 }
  const tokens = testTokens(
    () => time.clock,
    () => time.passed,
  )
  const pass = (minutes: number) => {
    time.clock += minutes * minute
    time.passed += minutes * minute
  }
  return { time, tokens, pass, version: () => tokens.current().version }
}

describe('a provider token', () => {
  test('is used for 45 minutes and not longer than 50', () => {
    const { pass, version } = scene()
    expect(version()).toBe(1)
    pass(45)
    const after45 = version()
    pass(5)
    expect(after45).toBe(1)
    expect(version()).toBe(2)
  })

  test('is replaced after a sleep of the machine, which only the clock has noticed', () => {
    const { time, version } = scene()
    version()
    time.clock += 51 * minute
    expect(version()).toBe(2)
  })

  test('is replaced in time although the clock stands still', () => {
    const { time, version } = scene()
    version()
    time.passed += 51 * minute
    expect(version()).toBe(2)
  })

  test('is not replaced within 20 minutes when the clock is set back, and is after that', () => {
    const { time, tokens, pass, version } = scene()
    version()
    time.clock -= 60 * minute
    expect(version()).toBe(1)
    expect(tokens.expired(1)).toBe(false)
    pass(19)
    expect(version()).toBe(1)
    pass(1)
    expect(version()).toBe(2)
  })

  test('that Apple calls expired is replaced once, whoever says it', () => {
    const { tokens, pass, version } = scene()
    version()
    pass(21)
    expect([tokens.expired(1), tokens.expired(1), tokens.expired(1)]).toEqual([true, true, true])
    expect(version()).toBe(2)
    expect(tokens.expired(2)).toBe(false)
  })

  test('is kept for 20 minutes when Apple has had too many, but not beyond its hour', () => {
    const { tokens, pass, version } = scene()
    version()
    pass(44)
    tokens.hold()
    pass(15)
    expect(version()).toBe(1)
    expect(tokens.expired(1)).toBe(false)
    pass(1)
    expect(version()).toBe(2)
  })
})

describe('a wrong clock', () => {
  test('is said with both times, where the server told its own', () => {
    const { time, tokens, version } = scene()
    version()
    time.clock += 12_000
    const error = tokens.clockError('ExpiredProviderToken', Date.UTC(2026, 0, 1, 3))
    expect(error).toMatchObject({ code: 'PUSH_ERR_APNS_CLOCK' })
    expect(error!.message).toBe(
      'ExpiredProviderToken for a provider token that is 12 s old: this machine’s clock says 2026-01-01T00:00:12Z, the server’s 2026-01-01T03:00:00Z; set the clock right (NTP)',
    )
  })

  test('is suspected of InvalidProviderToken only where the times differ', () => {
    const { time, tokens, version } = scene()
    version()
    expect(tokens.clockError('InvalidProviderToken', undefined)).toBeUndefined()
    expect(tokens.clockError('InvalidProviderToken', time.clock + 4 * minute)).toBeUndefined()
    expect(tokens.clockError('InvalidProviderToken', time.clock - 6 * minute)).toBeDefined()
  })

  test('is not to blame for a token that is kept because Apple has had too many', () => {
    const { tokens, pass, version } = scene()
    version()
    pass(30)
    tokens.hold()
    expect(tokens.expired(1)).toBe(false)
    expect(tokens.clockError('ExpiredProviderToken', undefined)).toBeUndefined()
  })

  test('comes with the outcome, and once in the log', async () => {
    const { simulator } = await startScene()
    const logged: object[] = []
    const ignore = () => {}
    const logger = {
      debug: ignore,
      info: ignore,
      warn: ignore,
      error: (fields: object) => logged.push(fields),
    }
    const ahead = { now: () => Date.now() - 3 * 60 * minute }
    const client = clientFor(simulator, { clock: ahead, logger })
    for (let number = 0; number < 3; number++) {
      expect(
        await client.send({ topic: 'com.example.app', payload: { aps: {} }, token: tokenOf(number) }),
      ).toMatchObject({
        kind: 'rejected',
        reason: 'ExpiredProviderToken',
        cause: { code: 'PUSH_ERR_APNS_CLOCK' },
      })
    }
    expect(logged).toEqual([{ code: 'PUSH_ERR_APNS_CLOCK' }])
  })
})

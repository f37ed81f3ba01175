import { expect, test } from 'vitest'
import { LeaseClock } from '../../src/delivery/lease-clock.js'

const HOUR_MS = 3_600_000

/** A clock that can be set, and time that passes for both. */
function clocks() {
  const times = { clock: 1_000_000, passed: 0 }
  const leases = new LeaseClock(
    { now: () => times.clock },
    { toleranceMs: 20_000, graceMs: 300_000 },
    () => times.passed,
  )
  const pass = (ms: number) => {
    times.clock += ms
    times.passed += ms
  }
  const set = (ms: number) => {
    times.clock += ms
  }
  return { leases, pass, set, times }
}

test('goes with the clock, however long nobody looks', () => {
  const { leases, pass } = clocks()
  expect(leases.now()).toBe(1_000_000)
  pass(HOUR_MS)
  expect(leases.now()).toBe(1_000_000 + HOUR_MS)
})

test('an hour that did not pass is left out for the grace, and no longer', () => {
  const { leases, pass, set, times } = clocks()
  pass(5_000)
  set(HOUR_MS)
  expect(leases.now()).toBe(1_005_000)
  pass(299_999)
  expect(leases.now()).toBe(1_304_999)
  pass(1)
  expect(leases.now()).toBe(times.clock)
})

test('two jumps are both left out; a jump back takes back as much', () => {
  const { leases, set } = clocks()
  set(HOUR_MS)
  expect(leases.now()).toBe(1_000_000)
  set(HOUR_MS)
  expect(leases.now()).toBe(1_000_000)
  set(-HOUR_MS)
  expect(leases.now()).toBe(1_000_000)
  set(-2 * HOUR_MS)
  expect(leases.now()).toBe(1_000_000 - HOUR_MS)
})

test.each([
  [20_000, 1_020_000],
  [20_001, 1_000_000],
  [-HOUR_MS, 1_000_000 - HOUR_MS],
])('a step of %i ms', (step, expected) => {
  const { leases, set } = clocks()
  set(step)
  expect(leases.now()).toBe(expected)
})

test('stands still while the database can not be used, and leaves that out for the grace', () => {
  const { leases, pass, times } = clocks()
  pass(5_000)
  expect(leases.now()).toBe(1_005_000)
  leases.stand()
  pass(70_000)
  expect(leases.now()).toBe(1_005_000)
  leases.goOn()
  expect(leases.now()).toBe(1_005_000)
  pass(299_999)
  expect(leases.now()).toBe(1_304_999)
  pass(1)
  expect(leases.now()).toBe(times.clock)
})

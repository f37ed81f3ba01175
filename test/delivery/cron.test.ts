import { describe, expect, test } from 'vitest'
import { checkCron, nextRun } from '../../src/delivery/cron.js'

/** The times that a line gives after a moment. */
function times(cron: string, timeZone: string, after: string, count: number): string[] {
  const found: string[] = []
  for (let at = Date.parse(after); found.length < count; ) {
    at = nextRun(cron, timeZone, at)!
    found.push(new Date(at).toISOString().slice(0, 16))
  }
  return found
}

describe('a local time that does not exist, because the clocks are put forward', () => {
  test('is the first moment after the gap', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-03-27T12:00Z', 3)).toEqual([
      '2026-03-28T01:30',
      '2026-03-29T01:00',
      '2026-03-30T00:30',
    ])
    // Half an hour is left out there.
    expect(times('15 2 * * *', 'Australia/Lord_Howe', '2026-10-02T18:00Z', 2)).toEqual([
      '2026-10-03T15:30',
      '2026-10-04T15:15',
    ])
  })

  test('is left out where the hour is a wildcard', () => {
    expect(times('30 * * * *', 'Europe/Berlin', '2026-03-28T23:45Z', 3)).toEqual([
      '2026-03-29T00:30',
      '2026-03-29T01:30',
      '2026-03-29T02:30',
    ])
  })
})

describe('a local time that exists twice, because the clocks are put back', () => {
  test('is the first of the two', () => {
    expect(times('30 2 * * *', 'Europe/Berlin', '2026-10-23T12:00Z', 3)).toEqual([
      '2026-10-24T00:30',
      '2026-10-25T00:30',
      '2026-10-26T01:30',
    ])
  })

  test('is both where the hour is a wildcard', () => {
    expect(times('30 * * * *', 'Europe/Berlin', '2026-10-24T23:45Z', 3)).toEqual([
      '2026-10-25T00:30',
      '2026-10-25T01:30',
      '2026-10-25T02:30',
    ])
  })
})

test('nine in the morning stays nine in the morning', () => {
  expect(times('0 9 * * *', 'America/New_York', '2026-03-07T00:00Z', 2)).toEqual([
    '2026-03-07T14:00',
    '2026-03-08T13:00',
  ])
})

test('six fields have the seconds in front; the white space is put in order', () => {
  const now = Date.parse('2026-11-24T12:00:00Z')
  expect(checkCron('  30   0 9 * * 1 ', 'UTC', now)).toEqual({
    cron: '30 0 9 * * 1',
    nextAt: Date.parse('2026-11-30T09:00:30Z'),
  })
  expect(checkCron('0 9 L * *', 'UTC', now).nextAt).toBe(Date.parse('2026-11-30T09:00Z'))
  // Either the day of the month or the day of the week.
  expect(checkCron('0 0 13 * FRI', 'UTC', now).nextAt).toBe(Date.parse('2026-11-27T00:00Z'))
  expect(checkCron('0 0 29 2 *', 'UTC', now).nextAt).toBe(Date.parse('2028-02-29T00:00Z'))
})

test.each([
  ['', 'five fields'],
  ['* * * *', 'five fields'],
  ['* * * * * * *', 'five fields'],
  ['@daily', 'five fields'],
  ['2027-01-31T12:00:00', 'five fields'],
  [`${'*'.repeat(300)} * * * *`, 'five fields'],
  [undefined, 'five fields'],
  ['61 * * * *', 'minute'],
  ['0 24 * * *', 'hour'],
  ['0 9 * * 8', 'dayOfWeek'],
  ['a b c d e', 'illegal'],
  ['*/0 * * * *', 'a line such as'],
  ['0 0 30 2 *', 'never'],
])('%j is refused with what is allowed', (cron, said) => {
  let error: unknown
  try {
    checkCron(cron, 'UTC', 0)
  } catch (caught) {
    error = caught
  }
  expect(error).toMatchObject({
    code: 'PUSH_ERR_INPUT_INVALID',
    field: 'cron',
    message: expect.stringMatching(/^cron: .* is not allowed; use .*$/),
  })
  expect((error as Error).message).toContain(said)
})

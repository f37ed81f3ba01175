import { describe, expect, test } from 'vitest'
import { checkLocalTime, instantOf, spanOf } from '../../src/model/local-time.js'

const at = (localTime: string, timeZone: string) =>
  new Date(instantOf(localTime, timeZone)!).toISOString().slice(0, 16)

describe('a local time is an instant in each zone', () => {
  test.each([
    ['2026-12-01T09:00:00', 'UTC', '2026-12-01T09:00'],
    ['2026-12-01T09:00:00', 'Europe/Berlin', '2026-12-01T08:00'],
    ['2026-07-01T09:00:00', 'Europe/Berlin', '2026-07-01T07:00'],
    ['2026-12-01T09:00:00', 'Asia/Kathmandu', '2026-12-01T03:15'],
    ['2026-12-01T09:00:00', 'America/St_Johns', '2026-12-01T12:30'],
    ['2026-12-01T09:00:00', 'Pacific/Kiritimati', '2026-11-30T19:00'],
    ['2026-12-01T09:00:00', 'Etc/GMT+12', '2026-12-01T21:00'],
  ])('%s in %s', (localTime, timeZone, instant) => {
    expect(at(localTime, timeZone)).toBe(instant)
    const { first, last } = spanOf(localTime)
    expect(instantOf(localTime, timeZone)).toBeGreaterThanOrEqual(first)
    expect(instantOf(localTime, timeZone)).toBeLessThanOrEqual(last)
  })

  test('a time that does not exist is later by what was left out', () => {
    expect(at('2026-03-29T02:30:00', 'Europe/Berlin')).toBe('2026-03-29T01:30')
    expect(at('2026-03-29T01:59:00', 'Europe/Berlin')).toBe('2026-03-29T00:59')
    expect(at('2026-03-29T03:00:00', 'Europe/Berlin')).toBe('2026-03-29T01:00')
    expect(at('2026-10-04T02:15:00', 'Australia/Lord_Howe')).toBe('2026-10-03T15:45')
    // A whole day is left out: Samoa changed over to the other side of the date line.
    expect(at('2011-12-30T09:00:00', 'Pacific/Apia')).toBe('2011-12-30T19:00')
  })

  test('a time that exists twice is the first of the two', () => {
    expect(at('2026-10-25T02:30:00', 'Europe/Berlin')).toBe('2026-10-25T00:30')
    expect(at('2026-10-25T03:00:00', 'Europe/Berlin')).toBe('2026-10-25T02:00')
    expect(at('2026-11-01T01:30:00', 'America/New_York')).toBe('2026-11-01T05:30')
  })

  test('what a zone’s clock shows at the instant is the local time, in every zone that there is', () => {
    for (const timeZone of Intl.supportedValuesOf('timeZone'))
      for (const localTime of ['2026-01-15T12:00:00', '2026-07-15T00:00:30']) {
        const shown = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short', timeStyle: 'medium' })
        const instant = instantOf(localTime, timeZone)!
        expect(`${timeZone} ${shown.format(instant)}`).toBe(`${timeZone} ${localTime.replace('T', ' ')}`)
        expect(instant).toBeGreaterThanOrEqual(spanOf(localTime).first)
        expect(instant).toBeLessThanOrEqual(spanOf(localTime).last)
      }
  })

  test('a zone that nobody knows has none', () => {
    expect(instantOf('2026-12-01T09:00:00', 'Mars/Olympus')).toBeUndefined()
    expect(instantOf('2026-12-01T09:00:00', '')).toBeUndefined()
  })
})

test('seconds may be left out', () => {
  expect(checkLocalTime('localTime', '2026-12-01T09:00')).toBe('2026-12-01T09:00:00')
  expect(checkLocalTime('localTime', '2028-02-29T23:59:59')).toBe('2028-02-29T23:59:59')
})

test.each([
  '2026-12-01',
  '2026-12-01T09',
  '2026-12-01 09:00',
  '2026-12-01T09:00Z',
  '2026-12-01T09:00+01:00',
  '2026-12-01T09:00:00.5',
  '2026-02-29T09:00',
  '2026-04-31T09:00',
  '2026-13-01T09:00',
  '2026-12-01T24:00',
  '2026-12-01T09:60',
  '1969-12-01T09:00',
  '0000-12-01T09:00',
  '12026-12-01T09:00',
  1_800_000_000,
  undefined,
])('%j is no local time', (value) => {
  expect(() => checkLocalTime('localTime', value)).toThrow(
    expect.objectContaining({ code: 'PUSH_ERR_INPUT_INVALID', field: 'localTime' }),
  )
})

import { expect, test } from 'vitest'
import { versionKey } from '../../src/store/version-key.js'

test('keys sort as versions do', () => {
  const sorted = [
    '',
    '1',
    '1.0.1',
    '1.2',
    '1.10',
    '2',
    '9.9.9',
    '10',
    '10.0.0.1',
    '17.2',
    '18',
    '123456789.1',
  ]
  const keys = sorted.map(versionKey)
  expect([...keys].sort()).toEqual(keys)
  expect(new Set(keys).size).toBe(sorted.length)
})

test.each([
  ['17', '17.0'],
  ['17', '17.0.0'],
  ['17.1', '017.01'],
  ['17.1', 'iOS 17.1'],
  ['17.1', '17.1 (21B80)'],
  ['17.1', '17.1-beta.2'],
  ['', 'unknown'],
])('%j is the same as %j', (a, b) => {
  expect(versionKey(a)).toBe(versionKey(b))
})

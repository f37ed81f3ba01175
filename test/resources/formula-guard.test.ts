import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Device, DeviceImport } from '../../src/model/index.js'
import { readDeviceLines } from '../../src/resources/device-lines.js'
import { exporter } from '../../src/resources/exported-device.js'
import { guardFormulas, unguardFormulas } from '../../src/resources/formula-guard.js'

const plain = {
  ...{ id: 1, token: 'ab12', serviceId: 1, isActive: true, platform: '', display: '', osVersion: '' },
  ...{ appVersion: '', locale: '', timeZone: '', tags: [], attributes: {}, pushToStartTokens: [] },
  ...{ liveActivities: [], users: [], addedAt: 1, registeredAt: 1, lastNotifiedAt: null },
  ...{ deactivatedAt: null, deactivationReason: null },
} satisfies Device

function exported(format: 'csv' | 'ndjson', devices: Device[]): string {
  const { head, page } = exporter(format)
  return head + page(devices)
}

async function imported(text: string): Promise<(DeviceImport | undefined)[]> {
  const chunks = (async function* () {
    yield Buffer.from(text)
  })()
  const devices: (DeviceImport | undefined)[] = []
  for await (const { device } of readDeviceLines(chunks, 'file')) devices.push(device)
  return devices
}

test.each([
  ['=1+1', "'=1+1"],
  ['+49', "'+49"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', "'\r'=1"],
  // A text that looks guarded already.
  ["'=1", "''=1"],
  ["''=1", "'''=1"],
  [' =1', "' =1"],
  ['"=1"', `'"=1"`],
  // What `;` or a line end makes another cell.
  ['a;=1', "a;'=1"],
  ['a\n=1', "a\n'=1"],
  ['a;"=1', `a;'"=1`],
  ['=1;-1', "'=1;'-1"],
])('%j is guarded as %j', (text, safe) => {
  expect(guardFormulas(text)).toBe(safe)
  expect(unguardFormulas(safe)).toBe(text)
})

test.each(['', 'iPhone', 'a=1', '1-2', "it's", "'", "'iPhone'", 'a;b', 'a@b;c+d', 'iPhone "x"'])(
  '%j stays as it is',
  (text) => {
    expect(guardFormulas(text)).toBe(text)
    expect(unguardFormulas(text)).toBe(text)
  },
)

/** Texts of the characters that matter, and any others. */
const texts = (maxLength: number, characters = ` \t\r;,"'=+-@aü\u00a0{}[]`) =>
  fc.oneof(
    fc.string({ unit: fc.constantFrom(...characters), maxLength }),
    fc.string({ unit: 'grapheme', maxLength }),
  )

test('every text comes back', () => {
  fc.assert(
    fc.property(texts(20, `;\t\r\n "'=+-@a`), (text) => {
      expect(unguardFormulas(guardFormulas(text))).toBe(text)
    }),
    { numRuns: 3000 },
  )
})

test('no cell of a guarded text begins like a formula, wherever it is cut', () => {
  fc.assert(
    fc.property(texts(20, `;\t\r\n "'=+-@a`), (text) => {
      for (const cell of guardFormulas(text).split(/[;\r\n]/))
        expect(cell.replace(/^[\s"]+/, '')).not.toMatch(/^[=+\-@]/)
    }),
    { numRuns: 3000 },
  )
})

// A record is one line: a text with a line feed, which no device says of itself, is none that an import takes.
const words = (maxLength: number) => texts(maxLength).filter((text) => !text.includes('\n'))
const tag = words(8).filter((text) => text !== '' && !/[\s,\p{Cc}]/u.test(text))

test('devices are imported as they were exported, in CSV and NDJSON', async () => {
  const details = fc.record({
    ...{ platform: words(12), display: words(12), osVersion: words(8), appVersion: words(8) },
    tags: fc.uniqueArray(tag, { maxLength: 3 }),
    attributes: fc.dictionary(words(6), words(12), { maxKeys: 2 }),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(details, { minLength: 1, maxLength: 5 }), async (all) => {
      const devices = all.map((one) => ({ ...plain, ...one }))
      for (const format of ['csv', 'ndjson'] as const) {
        const found = await imported(exported(format, devices))
        expect(found.map((device) => ({ ...plain, ...device }))).toEqual(devices)
      }
    }),
    { numRuns: 1000 },
  )
})

test('NDJSON is as it was', () => {
  const device = { ...plain, platform: '=1+1', tags: ['-a'] }
  expect(JSON.parse(exported('ndjson', [device]))).toMatchObject({ platform: '=1+1', tags: ['-a'] })
  const [, row] = exported('csv', [device]).split('\n')
  expect(row).toContain(",'=1+1,")
  expect(row).toContain(",'-a,")
})

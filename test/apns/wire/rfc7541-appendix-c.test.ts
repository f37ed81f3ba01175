import { describe, expect, test } from 'vitest'
import { HpackDecoder } from '../../../src/apns/wire/hpack-decoder.js'
import { integer } from '../../../src/apns/wire/hpack-encoder.js'

// The examples of RFC 7541 appendix C, letter by letter.

function hex(text: string): Buffer {
  return Buffer.from(text.replace(/\s+/g, ''), 'hex')
}

function decodeAll(decoder: HpackDecoder, blocks: readonly string[]): (readonly [string, string])[][] {
  return blocks.map((block) => {
    const bytes = hex(block)
    return decoder.decode(bytes, 0, bytes.length)
  })
}

describe('C.1 integers', () => {
  test.each([
    ['C.1.1', 5, 10, '0a'],
    ['C.1.2', 5, 1337, '1f9a0a'],
    ['C.1.3', 8, 42, '2a'],
  ])('%s: with a prefix of %i bits, %i is %s', (_name, prefixBits, value, expected) => {
    const out: number[] = []
    integer(out, 0, prefixBits, value)
    expect(Buffer.from(out).toString('hex')).toBe(expected)
  })

  test('the decoder reads the 1337 of C.1.2 as a table size', () => {
    const decoder = new HpackDecoder()
    decoder.setAllowedTableBytes(1337)
    expect(decodeAll(decoder, ['3f9a0a 82'])).toEqual([[[':method', 'GET']]])
    decoder.setAllowedTableBytes(1336)
    expect(() => decodeAll(decoder, ['3f9a0a 82'])).toThrow(/a table size of 1337, 1336 are allowed/)
  })
})

describe('C.2 fields', () => {
  test.each([
    [
      'C.2.1',
      '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
      'custom-key',
      'custom-header',
    ],
    ['C.2.2', '040c 2f73 616d 706c 652f 7061 7468', ':path', '/sample/path'],
    ['C.2.3', '1008 7061 7373 776f 7264 0673 6563 7265 74', 'password', 'secret'],
    ['C.2.4', '82', ':method', 'GET'],
  ])('%s', (_name, block, name, value) => {
    expect(decodeAll(new HpackDecoder(), [block])).toEqual([[[name, value]]])
  })

  test('only C.2.1 goes into the dynamic table', () => {
    const [indexed, without, never] = [
      '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
      '040c 2f73 616d 706c 652f 7061 7468',
      '1008 7061 7373 776f 7264 0673 6563 7265 74',
    ]
    expect(decodeAll(new HpackDecoder(), [indexed, 'be'])[1]).toEqual([['custom-key', 'custom-header']])
    expect(() => decodeAll(new HpackDecoder(), [without, 'be'])).toThrow(/index 62 is in no table/)
    expect(() => decodeAll(new HpackDecoder(), [never, 'be'])).toThrow(/index 62 is in no table/)
  })
})

const requests = [
  [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'www.example.com'],
  ],
  [
    [':method', 'GET'],
    [':scheme', 'http'],
    [':path', '/'],
    [':authority', 'www.example.com'],
    ['cache-control', 'no-cache'],
  ],
  [
    [':method', 'GET'],
    [':scheme', 'https'],
    [':path', '/index.html'],
    [':authority', 'www.example.com'],
    ['custom-key', 'custom-value'],
  ],
]

test('C.3 requests without Huffman coding', () => {
  const blocks = [
    '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
    '8286 84be 5808 6e6f 2d63 6163 6865',
    '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
  ]
  expect(decodeAll(new HpackDecoder(), blocks)).toEqual(requests)
})

test('C.4 requests with Huffman coding', () => {
  const blocks = [
    '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
    '8286 84be 5886 a8eb 1064 9cbf',
    '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
  ]
  expect(decodeAll(new HpackDecoder(), blocks)).toEqual(requests)
})

const responses = [
  [
    [':status', '302'],
    ['cache-control', 'private'],
    ['date', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['location', 'https://www.example.com'],
  ],
  [
    [':status', '307'],
    ['cache-control', 'private'],
    ['date', 'Mon, 21 Oct 2013 20:13:21 GMT'],
    ['location', 'https://www.example.com'],
  ],
  [
    [':status', '200'],
    ['cache-control', 'private'],
    ['date', 'Mon, 21 Oct 2013 20:13:22 GMT'],
    ['location', 'https://www.example.com'],
    ['content-encoding', 'gzip'],
    ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
  ],
]

// C.5 and C.6: "the SETTINGS_HEADER_TABLE_SIZE setting is set to the value of 256 octets, causing some evictions".
const plainResponses = [
  `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3120
   474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`,
  '4803 3330 37c1 c0bf',
  `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04 677a 6970 7738
   666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33
   3630 303b 2076 6572 7369 6f6e 3d31`,
]
const huffmanResponses = [
  `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718
   63c7 8f0b 97c8 e9ae 82ae 43d3`,
  '4883 640e ffc1 c0bf',
  `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7
   b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`,
]

describe.each([
  ['C.5 responses without Huffman coding', plainResponses],
  ['C.6 responses with Huffman coding', huffmanResponses],
])('%s, in a table of 256 bytes', (_name, blocks) => {
  function decoderOf256Bytes(): HpackDecoder {
    const decoder = new HpackDecoder()
    decoder.setAllowedTableBytes(256)
    return decoder
  }

  test('decode to the fields of the RFC', () => {
    expect(decodeAll(decoderOf256Bytes(), blocks)).toEqual(responses)
  })

  test('leave the table of C.5.3: three entries, the oldest of them at index 64', () => {
    const decoder = decoderOf256Bytes()
    decodeAll(decoder, blocks)
    expect(decodeAll(decoder, ['be bf c0'])).toEqual([
      [
        ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'],
        ['content-encoding', 'gzip'],
        ['date', 'Mon, 21 Oct 2013 20:13:22 GMT'],
      ],
    ])
    expect(() => decodeAll(decoder, ['c1'])).toThrow(/index 65 is in no table/)
  })

  test('a table of one byte less holds one entry less', () => {
    // The three entries of C.5.3 have 98 + 52 + 65 = 215 bytes.
    const decoder = decoderOf256Bytes()
    decodeAll(decoder, blocks)
    decoder.setAllowedTableBytes(215)
    expect(decodeAll(decoder, ['c0'])).toEqual([[['date', 'Mon, 21 Oct 2013 20:13:22 GMT']]])
    decoder.setAllowedTableBytes(214)
    expect(() => decodeAll(decoder, ['c0'])).toThrow(/index 64 is in no table/)
  })
})

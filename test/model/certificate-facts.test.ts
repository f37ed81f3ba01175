import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { derElements, objectIdentifier } from '../../src/model/der.js'
import { certificateFacts } from '../../src/model/index.js'
import { apple, elliptic } from './credentials.js'

describe('facts of a certificate', () => {
  test("topics and environments come from Apple's extensions", () => {
    expect(certificateFacts(apple.certificate)).toEqual({
      name: 'Apple Push Services: com.example.app',
      topics: ['com.example.app', 'com.example.app.voip'],
      environments: ['sandbox', 'production'],
      expiresAt: expect.any(Number),
    })
    expect(new Date(certificateFacts(apple.certificate).expiresAt).getUTCFullYear()).toBe(2126)
  })

  test('without extensions the subject names the only topic, and nothing is said of environments', () => {
    expect(certificateFacts(elliptic.certificate)).toMatchObject({
      name: 'EC push',
      topics: ['com.example.other'],
      environments: [],
    })
  })
})

describe('DER', () => {
  test('elements with short and long lengths', () => {
    const long = Buffer.concat([Buffer.from([0x04, 0x82, 0x01, 0x00]), Buffer.alloc(256)])
    const elements = derElements(Buffer.concat([Buffer.from([0x0c, 0x01, 0x61]), long]))
    expect(elements.map(({ tag, content }) => [tag, content.length])).toEqual([
      [0x0c, 1],
      [0x04, 256],
    ])
  })

  test('object identifiers', () => {
    expect(objectIdentifier(Buffer.from('2a864886f763640603 06'.replace(' ', ''), 'hex'))).toBe(
      '1.2.840.113635.100.6.3.6',
    )
    expect(objectIdentifier(Buffer.from('883703', 'hex'))).toBe('2.999.3')
  })

  test('any bytes are DER or a RangeError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          derElements(Buffer.from(bytes))
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError)
        }
      }),
    )
  })
})

/**
 * DER, as much of it as certificates need (ITU-T X.690). Writing: every function returns one whole element. Reading is
 * for certificates that our own authority signed.
 */

/** Tags of the elements that are read or written here. */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** One element: tag, length and the contents one after the other. */
export function element(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  if (content.length < 0x80) return Buffer.concat([Buffer.of(tag, content.length), content])
  const length: number[] = []
  for (let rest = content.length; rest > 0; rest >>>= 8) length.unshift(rest & 0xff)
  return Buffer.concat([Buffer.of(tag, 0x80 | length.length, ...length), content])
}

export const sequence = (...contents: Uint8Array[]): Buffer => element(tags.sequence, ...contents)
export const set = (...contents: Uint8Array[]): Buffer => element(tags.set, ...contents)
export const octetString = (content: Uint8Array): Buffer => element(tags.octetString, content)
export const utf8String = (text: string): Buffer => element(tags.utf8String, Buffer.from(text))
export const booleanTrue = (): Buffer => element(tags.boolean, Buffer.of(0xff))
export const nothing = (): Buffer => element(tags.null)

/** A bit string; `unusedBits` are the last bits of the last byte that do not count. */
export const bitString = (content: Uint8Array, unusedBits = 0): Buffer =>
  element(tags.bitString, Buffer.of(unusedBits), content)

/** A positive integer from its big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const negative = (bytes[0] ?? 0) >= 0x80
  return negative ? element(tags.integer, Buffer.of(0), bytes) : element(tags.integer, bytes)
}

/** An object identifier from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const digits = [arc & 0x7f]
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128))
      digits.unshift((high & 0x7f) | 0x80)
    bytes.push(...digits)
  }
  return element(tags.oid, Buffer.from(bytes))
}

/** A point in time to the second: UTCTime before 2050, GeneralizedTime from then on (RFC 5280, section 4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = `${date.toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
  return date.getUTCFullYear() < 2050
    ? element(tags.utcTime, Buffer.from(digits.slice(2)))
    : element(tags.generalizedTime, Buffer.from(digits))
}

/** An element that was read. */
export interface DerElement {
  readonly tag: number
  readonly content: Buffer
}

/** The elements that stand one after the other in `bytes`. Throws a RangeError where one is cut short. */
export function readElements(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = []
  let position = 0
  while (position < bytes.length) {
    const tag = bytes.readUInt8(position)
    let length = bytes.readUInt8(position + 1)
    position += 2
    if (length >= 0x80) {
      const size = length & 0x7f
      length = bytes.readUIntBE(position, size)
      position += size
    }
    if (position + length > bytes.length)
      throw new RangeError('DER: an element is longer than its surroundings')
    elements.push({ tag, content: bytes.subarray(position, position + length) })
    position += length
  }
  return elements
}

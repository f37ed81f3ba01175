/** One element of DER (ITU-T X.690): its tag byte and the bytes of its content. */
export interface DerElement {
  tag: number
  content: Buffer
}

/**
 * The elements that stand one after another in some bytes. Enough for certificates: tags of one byte, definite lengths of
 * up to four bytes.
 *
 * @throws RangeError where the bytes are no DER
 */
export function derElements(bytes: Buffer): DerElement[] {
  const elements: DerElement[] = []
  let offset = 0
  while (offset < bytes.length) {
    const tag = bytes.readUInt8(offset)
    let length = bytes.readUInt8(offset + 1)
    offset += 2
    if (length >= 0x80) {
      const size = length & 0x7f
      if (size < 1 || size > 4) throw new RangeError(`DER: a length of ${size} bytes`)
      length = bytes.readUIntBE(offset, size)
      offset += size
    }
    if (offset + length > bytes.length) throw new RangeError('DER: an element is cut off')
    elements.push({ tag, content: bytes.subarray(offset, offset + length) })
    offset += length
  }
  return elements
}

/** An object identifier in dotted form, from its content. */
export function objectIdentifier(content: Buffer): string {
  const arcs: number[] = []
  let arc = 0
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f)
    if (byte & 0x80) continue
    // The first two arcs share one number (X.690 section 8.19.4).
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(arc / 40))
      arcs.push(first, arc - first * 40)
    } else arcs.push(arc)
    arc = 0
  }
  return arcs.join('.')
}

/**
 * Decodes header blocks (RFC 7541).
 *
 * State: the dynamic table, newest entry first, which the peer's encoder fills. Every block of a connection has to pass
 * through here in order for as long as the table may hold anything. Errors are ProtocolErrors and final: after one of them
 * the table is no longer what the peer thinks it is.
 */
import { DEFAULT_TABLE_BYTES, ENTRY_OVERHEAD_BYTES, staticTable } from './hpack-tables.js'
import { decodeHuffman } from './huffman.js'
import { errorCodes, ProtocolError } from './protocol-error.js'

/** A header field. */
export type HeaderField = readonly [name: string, value: string]

/** More than this, counted as RFC 9113 section 6.5.2 says, is an attack: Apple's answers have about 150 bytes. */
export const MAX_HEADER_LIST_BYTES = 16_384

export class HpackDecoder {
  /** Newest first. */
  #table: HeaderField[] = []
  #tableBytes = 0
  #maxTableBytes = DEFAULT_TABLE_BYTES
  /** What our SETTINGS allow; the encoder's own choice is at most that. */
  #allowedTableBytes = DEFAULT_TABLE_BYTES
  #offset = 0
  /** Size of the block that is being decoded, as RFC 9113 section 6.5.2 counts it. */
  #listBytes = 0

  /** The size of the table that the peer has chosen. */
  get maxTableBytes(): number {
    return this.#maxTableBytes
  }

  /** Limits the table, for when the peer has to keep to our SETTINGS_HEADER_TABLE_SIZE. */
  setAllowedTableBytes(bytes: number): void {
    this.#allowedTableBytes = bytes
    if (this.#maxTableBytes > bytes) this.#resize(bytes)
  }

  /** Decodes the block from `start` to `end`; with `wanted`, other fields are left out, and their values are not decoded. */
  decode(bytes: Uint8Array, start: number, end: number, wanted?: ReadonlySet<string>): HeaderField[] {
    const fields: HeaderField[] = []
    let isBeginning = true
    this.#listBytes = 0
    this.#offset = start
    while (this.#offset < end) {
      const first = bytes[this.#offset]!
      if ((first & 0xe0) === 0x20) {
        // RFC 7541 section 4.2: a size update stands at the beginning of a block.
        if (!isBeginning) throw malformed('a table size update stands behind a field')
        const size = this.#integer(bytes, end, 5)
        if (size > this.#allowedTableBytes)
          throw malformed(`a table size of ${size}, ${this.#allowedTableBytes} are allowed`)
        this.#resize(size)
        continue
      }
      isBeginning = false
      const field = this.#field(bytes, end, first, wanted)
      if (this.#listBytes > MAX_HEADER_LIST_BYTES) {
        throw new ProtocolError(
          errorCodes.ENHANCE_YOUR_CALM,
          `more than ${MAX_HEADER_LIST_BYTES} bytes of header fields`,
        )
      }
      if (field !== undefined && (wanted === undefined || wanted.has(field[0]))) fields.push(field)
    }
    return fields
  }

  /** Undefined: a field that is not wanted and leaves no trace in the table. */
  #field(
    bytes: Uint8Array,
    end: number,
    first: number,
    wanted?: ReadonlySet<string>,
  ): HeaderField | undefined {
    if (first >= 0x80) {
      const entry = this.#entry(this.#integer(bytes, end, 7))
      this.#count(entry[0].length + entry[1].length)
      return entry
    }
    const indexed = first >= 0x40
    const nameIndex = this.#integer(bytes, end, indexed ? 6 : 4)
    const name = nameIndex === 0 ? this.#string(bytes, end) : this.#entry(nameIndex)[0]
    if (wanted !== undefined && !wanted.has(name) && (!indexed || this.#maxTableBytes === 0)) {
      this.#count(name.length + this.#skipString(bytes, end))
      return undefined
    }
    const field: HeaderField = [name, this.#string(bytes, end)]
    this.#count(name.length + field[1].length)
    if (indexed) this.#insert(field)
    return field
  }

  #count(bytes: number): void {
    this.#listBytes += bytes + ENTRY_OVERHEAD_BYTES
  }

  #entry(index: number): HeaderField {
    const entry =
      index <= staticTable.length ? staticTable[index - 1] : this.#table[index - staticTable.length - 1]
    if (entry === undefined) throw malformed(`index ${index} is in no table`)
    return entry
  }

  #insert(field: HeaderField): void {
    const size = field[0].length + field[1].length + ENTRY_OVERHEAD_BYTES
    this.#evictTo(this.#maxTableBytes - size)
    // An entry larger than the table empties it and is not kept (RFC 7541 section 4.4).
    if (size > this.#maxTableBytes) return
    this.#table.unshift(field)
    this.#tableBytes += size
  }

  #resize(bytes: number): void {
    this.#maxTableBytes = bytes
    this.#evictTo(bytes)
  }

  #evictTo(bytes: number): void {
    while (this.#tableBytes > bytes && this.#table.length > 0) {
      const [name, value] = this.#table.pop()!
      this.#tableBytes -= name.length + value.length + ENTRY_OVERHEAD_BYTES
    }
  }

  /** RFC 7541 section 5.1. */
  #integer(bytes: Uint8Array, end: number, prefixBits: number): number {
    const mask = (1 << prefixBits) - 1
    let value = bytes[this.#offset++]! & mask
    if (value < mask) return value
    for (let shift = 0; ; shift += 7) {
      // 2^28 is far more than anything may be here, and keeps the sum exact.
      if (shift > 21) throw malformed('an integer is too long')
      if (this.#offset >= end) throw malformed('an integer is cut off')
      const byte = bytes[this.#offset++]!
      value += (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }

  /** RFC 7541 section 5.2. */
  #string(bytes: Uint8Array, end: number): string {
    const huffman = this.#offset < end && bytes[this.#offset]! >= 0x80
    const length = this.#skipString(bytes, end)
    const stop = this.#offset
    return huffman ? decodeHuffman(bytes, stop - length, stop) : latin1(bytes, stop - length, stop)
  }

  /** Goes behind a string and returns how many bytes it has. */
  #skipString(bytes: Uint8Array, end: number): number {
    if (this.#offset >= end) throw malformed('a string is missing')
    const length = this.#integer(bytes, end, 7)
    if (this.#offset + length > end) throw malformed('a string is cut off')
    this.#offset += length
    return length
  }
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString('latin1')
}

function malformed(what: string): ProtocolError {
  return new ProtocolError(errorCodes.COMPRESSION_ERROR, `a header block is malformed: ${what}`)
}

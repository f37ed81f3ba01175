/**
 * Encodes header fields (RFC 7541), for a sender whose requests are nearly all alike: what repeats goes into the peer's
 * dynamic table once and is one byte from then on.
 *
 * State: a copy of the dynamic table in the peer's decoder, newest entry first. `epoch` changes with every change of the
 * table; bytes that were encoded without inserting anything may be used again for as long as it has not changed.
 */
import type { HeaderField } from './hpack-decoder.js'
import { DEFAULT_TABLE_BYTES, ENTRY_OVERHEAD_BYTES, staticTable } from './hpack-tables.js'

/** Larger tables than this are of no use to us: a request has five fields that repeat. */
const MAX_TABLE_BYTES = 4096

export class HpackEncoder {
  #table: { key: string; size: number }[] = []
  #tableBytes = 0
  #maxTableBytes = DEFAULT_TABLE_BYTES
  /** The smallest size since the last block; the peer has to hear of it too. Absent: nothing has changed. */
  #smallestSize: number | undefined
  #epoch = 0

  get epoch(): number {
    return this.#epoch
  }

  /** Follows the peer's SETTINGS_HEADER_TABLE_SIZE; the next block says so (RFC 7541 section 4.2). */
  setMaxTableBytes(bytes: number): void {
    const size = Math.min(bytes, MAX_TABLE_BYTES)
    if (size === this.#maxTableBytes) return
    this.#maxTableBytes = size
    this.#evictTo(size)
    this.#smallestSize = Math.min(this.#smallestSize ?? size, size)
    this.#epoch++
  }

  /** What has to stand at the beginning of the next block, mostly nothing. */
  takeSizeUpdate(out: number[]): void {
    if (this.#smallestSize === undefined) return
    if (this.#smallestSize < this.#maxTableBytes) integer(out, 0x20, 5, this.#smallestSize)
    this.#smallestSize = undefined
    // The block with the update must not be used again.
    this.#epoch++
    integer(out, 0x20, 5, this.#maxTableBytes)
  }

  /** A field that repeats: one byte if it is in a table, else it is put there. */
  indexed(out: number[], [name, value]: HeaderField): void {
    const key = `${name}\0${value}`
    const position = this.#table.findIndex((entry) => entry.key === key)
    if (position >= 0) {
      integer(out, 0x80, 7, staticTable.length + 1 + position)
      return
    }
    const size = name.length + value.length + ENTRY_OVERHEAD_BYTES
    if (size > this.#maxTableBytes) {
      this.literal(out, [name, value])
      return
    }
    nameAndValue(out, 0x40, 6, name, value)
    this.#evictTo(this.#maxTableBytes - size)
    this.#table.unshift({ key, size })
    this.#tableBytes += size
    this.#epoch++
  }

  /** A field that differs from request to request: never in the table. */
  literal(out: number[], [name, value]: HeaderField): void {
    nameAndValue(out, 0x00, 4, name, value)
  }

  #evictTo(bytes: number): void {
    while (this.#tableBytes > bytes && this.#table.length > 0) this.#tableBytes -= this.#table.pop()!.size
  }
}

const staticNames = new Map(staticTable.map(([name], index) => [name, index + 1] as const).reverse())

function nameAndValue(out: number[], pattern: number, prefixBits: number, name: string, value: string): void {
  const nameIndex = staticNames.get(name) ?? 0
  integer(out, pattern, prefixBits, nameIndex)
  if (nameIndex === 0) string(out, name)
  string(out, value)
}

/** RFC 7541 section 5.1. */
export function integer(out: number[], pattern: number, prefixBits: number, value: number): void {
  const mask = (1 << prefixBits) - 1
  if (value < mask) {
    out.push(pattern | value)
    return
  }
  out.push(pattern | mask)
  let rest = value - mask
  for (; rest >= 0x80; rest >>>= 7) out.push((rest & 0x7f) | 0x80)
  out.push(rest)
}

/** A string as it is: on this path a byte saved by Huffman costs more than it brings. */
function string(out: number[], text: string): void {
  integer(out, 0x00, 7, text.length)
  for (let index = 0; index < text.length; index++) out.push(text.charCodeAt(index))
}

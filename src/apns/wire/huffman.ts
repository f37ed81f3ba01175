import { huffmanCodeBits } from './hpack-tables.js'
import { errorCodes, ProtocolError } from './protocol-error.js'

const MAX_CODE_BITS = 30
const END_OF_STRING = 256

// For each length: the first code of that length, how many there are, and where their symbols begin in `symbols`.
const firstCode = new Int32Array(MAX_CODE_BITS + 1)
const codeCount = new Int32Array(MAX_CODE_BITS + 1)
const firstSymbol = new Int32Array(MAX_CODE_BITS + 1)
const symbols = new Int16Array(huffmanCodeBits.length)

function buildTables(): void {
  let code = 0
  let filled = 0
  for (let bits = 1; bits <= MAX_CODE_BITS; bits++) {
    firstCode[bits] = code
    firstSymbol[bits] = filled
    huffmanCodeBits.forEach((length, symbol) => {
      if (length === bits) symbols[filled++] = symbol
    })
    codeCount[bits] = filled - firstSymbol[bits]!
    code = (code + codeCount[bits]!) << 1
  }
}
buildTables()

/**
 * Decodes a Huffman-coded string; the characters are bytes (latin1). Throws ProtocolError for the end-of-string symbol and
 * for padding that is not the beginning of it or is longer than 7 bits (RFC 7541 section 5.2).
 */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number): string {
  let text = ''
  let code = 0
  let bits = 0
  for (let offset = start; offset < end; offset++) {
    const byte = bytes[offset]!
    // The code is complete: any 30 bits begin with a symbol, so that `bits` never goes beyond the tables.
    for (let bit = 7; bit >= 0; bit--) {
      code = (code << 1) | ((byte >>> bit) & 1)
      bits++
      const index = code - firstCode[bits]!
      if (index >= 0 && index < codeCount[bits]!) {
        const symbol = symbols[firstSymbol[bits]! + index]!
        if (symbol === END_OF_STRING) throw malformed('holds the end-of-string symbol')
        text += String.fromCharCode(symbol)
        code = 0
        bits = 0
      }
    }
  }
  if (bits > 7) throw malformed('has more than 7 bits of padding')
  if (code !== (1 << bits) - 1) throw malformed('has padding that is not all ones')
  return text
}

function malformed(what: string): ProtocolError {
  return new ProtocolError(errorCodes.COMPRESSION_ERROR, `a Huffman-coded string ${what}`)
}

/** A line without its end and the white space around it, or what is wrong with it. */
export interface TextLine {
  /** From 1. */
  readonly line: number
  readonly text: string
  readonly fault?: string
}

/**
 * Splits a stream of UTF-8 into lines, in `\n` or `\r\n`. A line of more than `maxBytes` bytes is reported as a fault and
 * left out, so that a file without line ends does not fill the memory (`node:readline` would keep all of it).
 */
export async function* splitLines(chunks: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<TextLine> {
  let line = 0
  let rest: Buffer = Buffer.alloc(0)
  let isTooLong = false
  const finish = (bytes: Buffer): TextLine => {
    line++
    const wasTooLong = isTooLong || bytes.length > maxBytes
    isTooLong = false
    if (wasTooLong) return { line, text: '', fault: `longer than ${maxBytes} bytes` }
    return {
      line,
      text: bytes
        .toString('utf8')
        .replace(/^\uFEFF/, '')
        .trim(),
    }
  }
  for await (const chunk of chunks) {
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const part = chunk.subarray(start, end)
      yield finish(rest.length > 0 ? Buffer.concat([rest, part]) : part)
      rest = Buffer.alloc(0)
      start = end + 1
    }
    rest = rest.length > 0 ? Buffer.concat([rest, chunk.subarray(start)]) : chunk.subarray(start)
    if (rest.length > maxBytes) {
      isTooLong = true
      rest = Buffer.alloc(0)
    }
  }
  if (rest.length > 0 || isTooLong) yield finish(rest)
}

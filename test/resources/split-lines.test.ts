import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitLines, type TextLine } from '../../src/resources/split-lines.js'

async function linesOf(chunks: Buffer[], maxBytes: number): Promise<TextLine[]> {
  const lines: TextLine[] = []
  for await (const line of splitLines(toStream(chunks), maxBytes)) lines.push(line)
  return lines
}

async function* toStream(chunks: Buffer[]) {
  yield* chunks
}

test('lines are the same wherever the stream is cut', async () => {
  const texts = fc.array(
    fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll(/[\r\n]/g, '')),
  )
  await fc.assert(
    fc.asyncProperty(
      texts,
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 9 }),
      async (all, end, size) => {
        const bytes = Buffer.from(all.map((text) => text + end).join(''))
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, position) =>
          bytes.subarray(position * size, (position + 1) * size),
        )
        const lines = await linesOf(chunks, 1000)
        expect(lines).toEqual(
          all.map((text, position) => ({ line: position + 1, text: text.replace(/^\uFEFF/, '').trim() })),
        )
      },
    ),
  )
})

test('a line of exactly the limit is kept, a longer one is a fault, and the next ones are read', async () => {
  const ten = 'x'.repeat(10)
  const bytes = Buffer.from(`${ten}\n${ten}x\n${'y'.repeat(100)}\nlast`)
  for (const chunks of [[bytes], [...bytes].map((byte) => Buffer.of(byte))])
    expect(await linesOf(chunks, 10)).toEqual([
      { line: 1, text: ten },
      { line: 2, text: '', fault: 'longer than 10 bytes' },
      { line: 3, text: '', fault: 'longer than 10 bytes' },
      { line: 4, text: 'last' },
    ])
})

import { expect, test } from 'vitest'
import { readCorpus } from './corpus.js'
import { Fuzzer, type Target } from './fuzzer.js'
import { mutateBytes } from './mutate.js'
import { Random } from './random.js'
import { targets } from './targets.js'

test.each(targets.map((target) => [target.name, target] as const))(
  '%s: the corpus, and as many new inputs as take a few seconds',
  (name, target) => {
    const fuzzer = new Fuzzer(target, readCorpus(name), new Random(1))
    for (let batches = 0; batches < 6 && fuzzer.findings.length === 0; batches++) fuzzer.batch()
    expect(fuzzer.findings.map(({ input, error }) => [input.toString('hex'), error])).toEqual([])
    expect(fuzzer.executions).toBeGreaterThan(1000)
  },
)

test('an input that makes a target throw is found', () => {
  const target: Target = {
    name: 'broken',
    share: 1,
    seeds: [Buffer.from('ab')],
    mutate: mutateBytes,
    run: (input) => {
      if (input.includes(0x88)) throw new TypeError('broken')
    },
  }
  const fuzzer = new Fuzzer(target, [], new Random(1))
  fuzzer.batch()
  expect(fuzzer.findings.length).toBeGreaterThan(0)
  expect(fuzzer.findings[0]!.input.includes(0x88)).toBe(true)
})

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pushTypeRules } from '../../src/simulator/apple-rules.js'
import { faultTable } from '../../src/simulator/fault.js'
import { simulatorSettings } from '../../src/simulator/simulator-options.js'
import { simulatorForTest } from './http2-sender.js'

const page = readFileSync(join(import.meta.dirname, '../../docs/simulator.md'), 'utf8')

test('docs/simulator.md lists the routes of the control server, no more and no fewer', async () => {
  const simulator = await simulatorForTest()
  const { routes } = JSON.parse(await (await fetch(simulator.controlUrl)).text())
  const listed = [...page.matchAll(/^\| `((?:GET|POST) [^`?]+)/gm)].map((match) => match[1])
  expect(listed).toEqual(Object.keys(routes))
})

test('it names every option', () => {
  const options = ['dir', 'topics', ...Object.keys(simulatorSettings({}))]
  expect(options.filter((option) => !page.includes(`\`${option}\``))).toEqual([])
})

test('it lists the faults with their moments and fields, no more and no fewer', () => {
  const rows = [...page.matchAll(/^\| `([a-z-]+)` \| .* \|(.*)\| (.*) \|$/gm)]
  const words = (cell: string) => [...cell.matchAll(/`([a-zA-Z]+)/g)].map((match) => match[1])
  let moments: unknown[] = []
  const listed = rows.map(([, kind, fields = '', at = '']) => {
    if (at !== 'the same') moments = words(at)
    return [kind, { at: moments, fields: words(fields) }]
  })
  expect(listed.filter(([kind]) => String(kind) in faultTable)).toEqual(Object.entries(faultTable))
})

test('it counts the push types right', () => {
  expect(pushTypeRules.size).toBe(11)
  expect(page).toContain("one of Apple's eleven push types")
})

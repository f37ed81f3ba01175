import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pushTypeRules } from '../../src/simulator/apple-rules.js'
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

test('it counts the push types right', () => {
  expect(pushTypeRules.size).toBe(11)
  expect(page).toContain("one of Apple's eleven push types")
})

import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'

/** Every module that is loaded with `main.ts`, before any command runs: static imports that are not of types alone. */
function staticImports(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  const imports = text.matchAll(/^(?:import|export)\s+(?!type\s)(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm)
  for (const [, specifier = ''] of imports) {
    if (specifier.startsWith('.')) staticImports(join(dirname(file), specifier).replace(/\.js$/, '.ts'), seen)
    else seen.add(specifier)
  }
  return seen
}

test('--version and --help load commander and small files only', () => {
  const src = join(import.meta.dirname, '../../src')
  const modules = [...staticImports(join(src, 'cli/main.ts'))]
  const files = modules.filter((name) => existsSync(name)).map((name) => relative(src, name).split('/')[0])
  expect(new Set(files)).toEqual(new Set(['cli', 'base']))
  expect(files.length).toBeGreaterThan(25)
  const packages = modules.filter((name) => !existsSync(name) && !name.startsWith('node:'))
  expect(packages).toEqual(['commander'])
})

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

/** Which folders each folder of `src/` may import: the table of docs/architecture.md, as data. */
const layers: Record<string, readonly string[]> = {
  base: [],
  'apns/wire': ['base'],
  'apns/client': ['base', 'apns/wire'],
  apns: ['base', 'apns/wire', 'apns/client'],
  simulator: ['base'],
  config: ['base'],
  model: ['base', 'apns'],
  store: ['base', 'model'],
  delivery: ['base', 'model', 'store', 'apns'],
  metrics: ['base', 'apns', 'delivery'],
  resources: ['base', 'apns', 'model', 'store', 'delivery'],
  api: ['base', 'model', 'store', 'delivery', 'resources'],
  admin: ['base', 'api'],
  app: ['base', 'apns', 'config', 'model', 'store', 'delivery', 'resources', 'metrics', 'api', 'admin'],
  cli: ['base', 'config', 'app', 'simulator'],
  '.': ['base', 'apns', 'config', 'model', 'store', 'delivery', 'api', 'app'],
}

/** Folders that import npm packages of no kind: they are published for use without the rest. */
const withoutPackages = ['base', 'apns/wire', 'apns/client', 'apns', 'simulator', 'model']

/** Adapters import a lower folder through its front door only. */
const throughFrontDoor = ['resources', 'api', 'admin', 'cli', 'metrics', 'app']

const root = join(import.meta.dirname, '../../src')
const forbiddenNames = /^(utils?|helpers?|common|types|misc)(\.ts)?$/

interface Import {
  from: string
  specifier: string
  typeOnly: boolean
}

function sourceFiles(folder = root): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return sourceFiles(path)
    return path.endsWith('.ts') ? [relative(root, path)] : []
  })
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(root, file), 'utf8')
  const statements = text.matchAll(/^(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?'([^']+)'/gm)
  const dynamic = text.matchAll(/import\('([^']+)'\)/g)
  return [
    ...[...statements].map((match) => ({
      from: file,
      specifier: match[2]!,
      typeOnly: match[1] !== undefined,
    })),
    ...[...dynamic].map((match) => ({ from: file, specifier: match[1]!, typeOnly: false })),
  ]
}

/** The layer of a file: its longest folder that stands in the table. */
function layerOf(file: string): string {
  const folders = dirname(file).split('/')
  for (let depth = folders.length; depth > 0; depth--) {
    const folder = folders.slice(0, depth).join('/')
    if (folder in layers) return folder
  }
  return '.'
}

const files = sourceFiles()
const imports = files.flatMap(importsOf)
const local = imports
  .filter(({ specifier }) => specifier.startsWith('.'))
  .map((edge) => ({ ...edge, to: join(dirname(edge.from), edge.specifier).replace(/\.js$/, '.ts') }))

describe('layers', () => {
  test('every file lies in a folder of the table', () => {
    expect(files.filter((file) => !(layerOf(file) in layers))).toEqual([])
    expect(files.length).toBeGreaterThan(10)
  })

  test('imports go down only', () => {
    const wrong = local
      .filter(
        ({ from, to }) => layerOf(from) !== layerOf(to) && !layers[layerOf(from)]!.includes(layerOf(to)),
      )
      .map(({ from, to }) => `${from} imports ${to}: ${layerOf(from)} may not import ${layerOf(to)}`)
    expect(wrong).toEqual([])
  })

  test('adapters use the front doors', () => {
    const wrong = local
      .filter(({ from, to }) => {
        const layer = layerOf(from)
        return throughFrontDoor.includes(layer) && layerOf(to) !== layer && !to.endsWith('/index.ts')
      })
      .map(({ from, to }) => `${from} imports ${to} past its index.ts`)
    expect(wrong).toEqual([])
  })

  test('nobody imports the index of the own folder', () => {
    const wrong = local.filter(({ from, to }) => to === join(dirname(from), 'index.ts') && from !== to)
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([])
  })

  test('the client and the simulator use no npm package', () => {
    const wrong = imports
      .filter(
        ({ from, specifier }) => withoutPackages.includes(layerOf(from)) && !/^(\.|node:)/.test(specifier),
      )
      .map(({ from, specifier }) => `${from} imports ${specifier}`)
    expect(wrong).toEqual([])
  })

  test('there is no cycle of imports', () => {
    const edges = new Map<string, string[]>()
    for (const { from, to, typeOnly } of local)
      if (!typeOnly) edges.set(from, [...(edges.get(from) ?? []), to])
    const finished = new Set<string>()
    const cycles: string[] = []
    const visit = (file: string, path: string[]) => {
      if (path.includes(file)) cycles.push([...path.slice(path.indexOf(file)), file].join(' → '))
      if (finished.has(file) || path.includes(file)) return
      for (const next of edges.get(file) ?? []) visit(next, [...path, file])
      finished.add(file)
    }
    for (const file of files) visit(file, [])
    expect(cycles).toEqual([])
  })

  test('no file or folder has a name that says nothing', () => {
    const parts = files.flatMap((file) => file.split('/'))
    expect(parts.filter((part) => forbiddenNames.test(part))).toEqual([])
  })

  test('no file is longer than 500 lines, every folder says what it is for', () => {
    const long = files.filter((file) => readFileSync(join(root, file), 'utf8').split('\n').length > 500)
    expect(long).toEqual([])
    const folders = [...new Set(files.map(dirname))].filter((folder) => folder !== '.')
    const readmes = folders.filter((folder) => {
      try {
        return readFileSync(join(root, folder, 'README.md'), 'utf8').split('\n').length > 26
      } catch {
        return true
      }
    })
    expect(readmes).toEqual([])
  })
})

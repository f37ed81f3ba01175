import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import ts from 'typescript'

const root = join(import.meta.dirname, '../../..')

/** Writes the store as JavaScript into a folder, for processes that know nothing of vitest; returns its front door. */
export function compileStore(folder: string): string {
  for (const layer of ['base', 'model', 'store']) {
    for (const name of readdirSync(join(root, 'src', layer), { recursive: true }) as string[]) {
      if (!name.endsWith('.ts')) continue
      const source = readFileSync(join(root, 'src', layer, name), 'utf8')
      const compilerOptions = {
        module: ts.ModuleKind.ESNext,
        target: ts.ScriptTarget.ES2023,
        verbatimModuleSyntax: true,
      }
      const file = join(folder, layer, name.replace(/ts$/, 'js'))
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, ts.transpileModule(source, { compilerOptions }).outputText)
    }
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return join(folder, 'store/index.js')
}

/**
 * Runs a script in several processes at once: each says that it has loaded, and goes on when all have.
 *
 * @param script the body of an async function with `openStore`, `database` and `index`; what it returns is returned
 */
export async function runAtOnce(folder: string, count: number, script: string): Promise<unknown[]> {
  const file = join(folder, 'process.js')
  writeFileSync(
    file,
    `import { once } from 'node:events'
    import { openStore } from './store/index.js'
    const index = Number(process.argv[2])
    const database = process.argv[3]
    process.send('ready')
    await once(process, 'message')
    const result = await (async () => { ${script} })()
    process.send({ result }, () => process.disconnect())`,
  )
  const database = join(folder, 'data/store.sqlite')
  const children = Array.from({ length: count }, (_, index) => fork(file, [String(index), database]))
  await Promise.all(children.map((child) => once(child, 'message')))
  const results = children.map(resultOf)
  for (const child of children) child.send('go')
  return await Promise.all(results)
}

async function resultOf(child: ChildProcess): Promise<unknown> {
  let result: unknown
  child.on('message', (message: { result: unknown }) => {
    result = message.result
  })
  const [status] = await once(child, 'exit')
  if (status !== 0) throw new Error(`a process ended with ${status}`)
  return result
}

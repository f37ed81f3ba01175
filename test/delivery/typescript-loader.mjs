// Lets a child process of a test run the sources: `node --import ./typescript-loader.mjs file.ts`.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { register } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) register(import.meta.url)

/** What was compiled once is kept by the hash of its source: a process starts in a quarter of a second, not in three. */
const cache = join(import.meta.dirname, '../../node_modules/.cache/typescript-loader')

/** The sources import each other by the names that they have when they are compiled. */
export function resolve(specifier, context, nextResolve) {
  const isOurs = specifier.startsWith('.') && context.parentURL?.endsWith('.ts')
  return nextResolve(isOurs ? specifier.replace(/\.js$/, '.ts') : specifier, context)
}

export async function load(url, context, nextLoad) {
  if (!url.endsWith('.ts')) return nextLoad(url, context)
  const source = await readFile(fileURLToPath(url), 'utf8')
  const kept = join(cache, `${createHash('sha256').update(source).digest('hex')}.js`)
  const known = await readFile(kept, 'utf8').catch(() => undefined)
  return { format: 'module', source: known ?? (await compiled(source, kept)), shortCircuit: true }
}

async function compiled(source, kept) {
  const { default: ts } = await import('typescript')
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 }
  const { outputText } = ts.transpileModule(source, { compilerOptions })
  await mkdir(cache, { recursive: true })
  // Others may write the same: nobody must read a half of it.
  const own = `${kept}.${process.pid}`
  await writeFile(own, outputText)
  await rename(own, kept)
  return outputText
}

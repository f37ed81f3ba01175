// Builds dist/ from src/ when it is missing or older than its sources; says nothing when there is nothing to do.
// The compiler writes beside dist/, which is swapped at the end: a failed build leaves the old one, and two builds at
// once do not mix their files.
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const program = 'cli/main.js'

function isUpToDate() {
  const built = join(dist, program)
  if (!existsSync(built)) return false
  // Folders count too: their time changes when a file is removed.
  const inputs = ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json']
  inputs.push(...readdirSync(join(root, 'src'), { recursive: true }).map((name) => join('src', name)))
  const builtAt = statSync(built).mtimeMs
  return inputs.every((name) => statSync(join(root, name)).mtimeMs <= builtAt)
}

/** Builds if needed; throws where the compiler finds fault. */
export function build() {
  if (isUpToDate()) return
  console.error('Building dist/ ...')
  const fresh = `${dist}.${process.pid}`
  const old = `${fresh}.old`
  try {
    const compiler = fileURLToPath(import.meta.resolve('typescript/bin/tsc'))
    const args = [compiler, '-p', 'tsconfig.build.json', '--outDir', fresh, '--noEmitOnError']
    const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 2, 2] })
    if (status !== 0) throw new Error('the build failed: see the lines above')
    chmodSync(join(fresh, program), 0o755)
    if (existsSync(dist)) renameSync(dist, old)
    renameSync(fresh, dist)
  } catch (error) {
    // Another build swapped first: its files are made of the same sources.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code) || !isUpToDate()) throw error
  } finally {
    rmSync(fresh, { recursive: true, force: true })
    rmSync(old, { recursive: true, force: true })
  }
}

if (process.argv[1] === import.meta.filename) {
  try {
    build()
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}

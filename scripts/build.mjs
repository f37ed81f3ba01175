// Builds dist/ from src/ when it is missing or older than its sources; says nothing when there is nothing to do.
// The compiler writes beside dist/, which is swapped at the end: a failed build leaves the old one, and two builds at
// once do not mix their files. The pages of the admin are built by Vite, and compressed here, so that the server need not do it.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = join(import.meta.dirname, '..')
const dist = join(root, 'dist')
const program = 'cli/main.js'
const web = join(root, 'admin/web')

function isUpToDate() {
  const built = join(dist, program)
  if (!existsSync(built)) return false
  // Folders count too: their time changes when a file is removed.
  const inputs = ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json']
  for (const folder of ['src', 'admin/web/src'])
    inputs.push(...readdirSync(join(root, folder), { recursive: true }).map((name) => join(folder, name)))
  inputs.push('admin/web/index.html', 'admin/web/package.json', 'admin/web/vite.config.ts')
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
    run([compiler, '-p', 'tsconfig.build.json', '--outDir', fresh, '--noEmitOnError'], root)
    const vite = join(root, 'node_modules/vite/bin/vite.js')
    run([vite, 'build', '--logLevel', 'warn', '--outDir', join(fresh, 'admin/web')], web)
    compressFiles(join(fresh, 'admin/web/assets'))
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

function run(args, cwd) {
  // Vite takes another NODE_ENV, such as that of a test run, for a wish to have React with all of its checks.
  const env = { ...process.env, NODE_ENV: 'production' }
  const { status } = spawnSync(process.execPath, args, { cwd, env, stdio: ['ignore', 2, 2] })
  if (status !== 0) throw new Error('the build failed: see the lines above')
}

/** Puts `name.br` and `name.gz` beside each file of a folder. */
function compressFiles(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const bytes = readFileSync(path)
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }))
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

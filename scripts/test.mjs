// `npm test`: every gate and every test, in one command. The last line is the count; each gate counts as one test.
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const bin = (name) => join(root, 'node_modules/.bin', name)
const wire = 'src/apns/wire'

/** Each one a command that ends with 0 when all is well; one row of them runs beside the other. */
const rows = [
  [
    ['format and lint', bin('biome'), ['ci', '.']],
    ['types', bin('tsc'), ['--noEmit']],
    // It also makes the types of the API, which the next gate looks for.
    ['types of the admin', 'npm', ['run', '--silent', 'typecheck', '--workspace=admin/web']],
    ['unused code and dependencies', bin('knip'), []],
    [
      `line coverage of ${wire}`,
      bin('vitest'),
      [
        'run',
        '--project=own',
        'test/apns/wire',
        '--coverage',
        `--coverage.include=${wire}/**/*.ts`,
        '--coverage.reporter=text',
      ],
    ],
  ],
  // What the others look at is built first.
  [
    ['build', process.execPath, ['scripts/build.mjs']],
    ['generated documentation', process.execPath, ['scripts/docs.mjs', '--check']],
    ['package contents', bin('publint'), ['--strict']],
    [
      'package types',
      bin('attw'),
      ['--pack', '--profile', 'esm-only', '--no-emoji', '--no-definitely-typed'],
    ],
  ],
]

/** Runs a command; resolves with its exit status and, unless it writes to the terminal itself, what it said. */
function run(command, args, stdio = 'pipe') {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', stdio, stdio] })
    let output = ''
    child.stdout?.on('data', (data) => (output += data))
    child.stderr?.on('data', (data) => (output += data))
    child.on('error', (error) => resolve({ status: 1, output: error.message }))
    child.on('close', (status) => resolve({ status: status ?? 1, output }))
  })
}

const total = { passed: 0, failed: 0, skipped: 0 }

async function runGates(gates) {
  for (const [name, command, args] of gates) {
    const { status, output } = await run(command, args)
    if (status === 0) {
      total.passed++
      console.log(`ok      ${name}`)
    } else {
      total.failed++
      console.log(`FAILED  ${name}\n${output.trimEnd()}`)
    }
  }
}
await Promise.all(rows.map(runGates))

const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-test-'))
const file = join(folder, 'results.json')
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`]
const { status } = await run(bin('vitest'), ['run', ...reporters, ...process.argv.slice(2)], 'inherit')
const failedBefore = total.failed
try {
  const results = JSON.parse(readFileSync(file, 'utf8'))
  total.passed += results.numPassedTests
  total.failed += results.numFailedTests
  total.skipped += results.numPendingTests + results.numTodoTests
  // A file that can't even be loaded has no test of its own to fail.
  total.failed += results.testResults.filter(
    (it) => it.status === 'failed' && it.assertionResults.length === 0,
  ).length
  if (results.numTotalTests === 0) throw new Error('no test was run')
} catch (error) {
  total.failed++
  console.log(`FAILED  tests: ${error.message}`)
}
// Such as an error outside of any test, or a coverage below its threshold.
if (status !== 0 && total.failed === failedBefore) {
  total.failed++
  console.log(`FAILED  vitest ended with ${status}`)
}
rmSync(folder, { recursive: true, force: true })

console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed > 0 ? 1 : 0

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { hasProgram } from './server-process.js'

const { build } = (await import('../../scripts/build.mjs' as string)) as { build: () => void }

interface Document {
  paths: Record<string, Record<string, { operationId: string }>>
}

/** The operation of a request, by its method and path. */
function operationOf({ paths }: Document, method: string, path: string): string | undefined {
  for (const [template, item] of Object.entries(paths)) {
    const pattern = new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[0-9]+')}$`)
    const operation = item[method.toLowerCase()]
    if (operation !== undefined && pattern.test(path)) return operation.operationId
  }
  return undefined
}

test.skipIf(!hasProgram('curl'))(
  'examples/rest-api.sh: every operation of the v1 API and the predecessor’s API answer curl as expected',
  async () => {
    build()
    const cli = `${process.execPath} ${join(import.meta.dirname, '../../dist/cli/main.js')}`
    const child = spawn('bash', ['examples/rest-api.sh'], { env: { PATH: process.env['PATH'], CLI: cli } })
    const [status, output, errors] = await Promise.all([
      new Promise((resolve) => child.once('close', resolve)),
      text(child.stdout),
      text(child.stderr),
    ])
    expect({ status, errors: status === 0 ? '' : errors }, output).toEqual({ status: 0, errors: '' })
    expect(output).toMatch(/\nAll of it was answered as expected\.\n$/)
    const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as Document
    const asked = [...output.matchAll(/^([A-Z]+) +(\/\S*?)(?:\?\S*)? +(\d+)$/gm)]
    const succeeded = new Set(
      asked
        .filter(([, , , status]) => status!.startsWith('2'))
        .map(([, method, path]) => operationOf(document, method!, path!)),
    )
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item))
    expect(operations.map(({ operationId }) => operationId).filter((id) => !succeeded.has(id))).toEqual([])
    expect(
      asked.filter(([, , path]) => path!.startsWith('/ios-notifications/device/')).length,
    ).toBeGreaterThan(8)
  },
)

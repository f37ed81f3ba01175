import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startSimulator } from '../../src/simulator/index.js'
import { tokenOf } from '../apns/client/device-tokens.js'
import { answerRows } from './answer-rows.js'
import { connectionRows } from './connection-rows.js'
import { type Ended, type FaultCell, message, openCell, until } from './fault-cell.js'
import type { Authentication, Call, FaultRow } from './fault-row.js'
import { limitRows } from './limit-rows.js'
import { type Cell, faultMatrixPage } from './matrix-page.js'
import { resultOf } from './result.js'

const rows = [...connectionRows, ...answerRows, ...limitRows]
const faults = [...new Set(rows.map(({ fault }) => fault))]
const cells: Cell[] = []
const next = tokenOf(0xabc)

const shared = {
  dir: mkdtempSync(join(tmpdir(), 'ios-notifications-faults-')),
  certificate: { certificate: '', privateKey: '' },
}

beforeAll(async () => {
  await using simulator = await startSimulator({ dir: shared.dir })
  const { certificate, privateKey } = simulator.issueCertificate({ topic: message.topic })
  shared.certificate = { certificate, privateKey }
})

afterAll(() => rmSync(shared.dir, { recursive: true }))

// Many cells wait most of their time, so several faults are in work at once.
test.concurrent.each(faults)('%s', { timeout: 120_000 }, async (fault) => {
  const found = await Promise.all(
    rows
      .filter((row) => row.fault === fault)
      .flatMap((row) => variants(row).map((variant) => run(row, ...variant))),
  )
  cells.push(...found)
  const wrong = found.filter(({ result }) => Object.values(result).some((words) => words.includes('WRONG')))
  expect(wrong.map(({ row, ...cell }) => ({ ...cell, moment: row.moment }))).toEqual([])
})

test('no connection and no timer is left', async () => {
  const end = Date.now() + 10_000
  // No `expect.poll`: it has a timer of its own.
  while (openResources().length > 0 && Date.now() < end) await new Promise((resolve) => setImmediate(resolve))
  expect(openResources()).toEqual([])
})

test('docs/fault-matrix.md is what this run has shown', async ({ skip }) => {
  if (new Set(cells.map(({ row }) => row.fault)).size < faults.length) skip('only a part was run')
  await expect(faultMatrixPage(rows, cells)).toMatchFileSnapshot('../../docs/fault-matrix.md')
})

function variants(row: FaultRow): [Authentication, Call][] {
  const authentications: Authentication[] =
    row.authentication === undefined ? ['key', 'certificate'] : [row.authentication]
  return authentications.flatMap((authentication): [Authentication, Call][] => [
    [authentication, 'send'],
    [authentication, 'sendMany'],
  ])
}

/** More at once would only make each other late. */
const mostCells = 12
let running = 0
const waiting: (() => void)[] = []

async function run(row: FaultRow, authentication: Authentication, call: Call): Promise<Cell> {
  if (running === mostCells) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
  try {
    return await runNow(row, authentication, call)
  } finally {
    const next = waiting.shift()
    if (next === undefined) running -= 1
    else next()
  }
}

async function runNow(row: FaultRow, authentication: Authentication, call: Call): Promise<Cell> {
  const cell = await openCell(row, authentication, call, shared)
  const { simulator, client } = cell
  try {
    if (row.moment !== 'after') await row.order?.(cell)
    const [ended] = await Promise.all([cell.send(), row.beside?.(cell)])
    const nextEnded = row.moment === 'after' ? await pushAfter(cell) : undefined
    // A reset stream leaves the record as it is: what was accepted and what the client was told are compared.
    const result = resultOf(cell, ended, acceptedIn(cell), nextEnded)
    row.check?.(cell)
    simulator.reset()
    await row.heal?.(cell)
    await worksAgain(cell)
    return { row, authentication, call, result }
  } finally {
    await client.close()
    await simulator.close()
    await cell.proxy?.die()
  }
}

/** The fault comes when all pushes have ended; then one more is sent. */
async function pushAfter(cell: FaultCell): Promise<Ended> {
  await cell.row.order?.(cell)
  // Where the client can see the end of its connection, it is given the time to.
  if (cell.row.expected.connection === 'another' && cell.row.expected.next === undefined)
    await until(() => cell.seen.connections.endsWith('d'))
  return cell.sendOne(next)
}

function acceptedIn({ simulator }: FaultCell): Map<string, number> {
  const accepted = new Map<string, number>()
  for (const { token, status } of simulator.received())
    if (status === 200) accepted.set(token, (accepted.get(token) ?? 0) + 1)
  return accepted
}

/** After a fault of the connection the client waits before it tries again; what is sent meanwhile is unsent at once. */
async function worksAgain(cell: FaultCell): Promise<void> {
  const end = Date.now() + 20_000
  for (;;) {
    const { kind, why } = await cell.sendOne(next)
    if (kind === 'accepted') return
    if (Date.now() > end) throw new Error(`the client does not work again: ${kind}, ${why}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** Sockets and timers of this process. */
function openResources(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => /TCP|TLS|Timeout|GetAddrInfo/.test(name))
    .sort()
}

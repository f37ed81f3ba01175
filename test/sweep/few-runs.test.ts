import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sweepPlan } from './sweep-plan.js'
import { sweepOnce } from './sweep-run.js'

const devices = 3_000
/** Early enough for the push to be under way, and late enough for it to have begun. */
const middle = { moment: 1_200, restartMoment: 700, responseDelayMs: 10, stopMs: 3_000 }

test.each([
  { mishap: 'kill', duplicates: 'bounded', chunkSize: 500, others: 0 },
  { mishap: 'kill', duplicates: 'never', chunkSize: 10_000, others: 500 },
  { mishap: 'stop', duplicates: 'bounded', chunkSize: 1_000, others: 500 },
  { mishap: 'stop', duplicates: 'never', chunkSize: 100, others: 0 },
  { mishap: 'restart', duplicates: 'allowed', chunkSize: 500, others: 0 },
] as const)(
  '$mishap in the middle of a push with duplicates: $duplicates, chunks of $chunkSize: nobody is lost',
  async (chosen) => {
    const folder = mkdtempSync(join(tmpdir(), 'ios-notifications-sweep-'))
    const plan = { ...sweepPlan(chosen.chunkSize, devices), ...middle, ...chosen }
    const findings = await sweepOnce(plan, folder)
    expect(findings.problems, `kept: ${folder}`).toEqual([])
    expect(findings.lost).toBe(0)
    expect(findings.accepted + findings.rejected + findings.unknown).toBe(devices)
  },
  180_000,
)

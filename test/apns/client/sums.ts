import type { Outcome, OutcomeBatch } from '../../../src/apns/index.js'

/** All batches of a `sendMany` in one, with the last word on how far it is settled. */
export async function collect(batches: AsyncIterable<OutcomeBatch>): Promise<OutcomeBatch> {
  const all = emptySum()
  for await (const batch of batches) add(all, batch)
  return all
}

/** Nothing yet, for `add`. */
export function emptySum(): OutcomeBatch {
  return { accepted: 0, rejected: [], unknown: [], unsent: [], settled: 0 }
}

/** Adds a batch to a sum. */
export function add(all: OutcomeBatch, batch: OutcomeBatch): void {
  all.accepted += batch.accepted
  all.rejected.push(...batch.rejected)
  all.unknown.push(...batch.unknown)
  all.unsent.push(...batch.unsent)
  all.settled = batch.settled
}

/** How many of each. */
export function counts({ accepted, rejected, unknown, unsent }: OutcomeBatch) {
  return { accepted, rejected: rejected.length, unknown: unknown.length, unsent: unsent.length }
}

export function total(batch: OutcomeBatch): number {
  const { accepted, rejected, unknown, unsent } = counts(batch)
  return accepted + rejected + unknown + unsent
}

/** The indexes of outcomes in order. */
export function indexes(outcomes: readonly Outcome[]): number[] {
  return outcomes.map(({ index }) => index).sort((a, b) => a - b)
}

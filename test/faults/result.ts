/** What a cell came to, in words that are the same in every run, and what is wrong with it. */
import type { Ended, FaultCell } from './fault-cell.js'
import type { Expected, Share } from './fault-row.js'

const kinds = ['rejected', 'unknown', 'unsent', 'accepted'] as const

/** A line of the table. */
export interface Result {
  readonly outcomes: string
  readonly server: string
  readonly client: string
}

/** How often the server accepted a push to each device. */
export type Accepted = ReadonlyMap<string, number>

/** Puts it into words. What does not fit what was expected is said in numbers, so that the table and the test show it. */
export function resultOf(
  cell: FaultCell,
  ended: readonly Ended[],
  accepted: Accepted,
  next: Ended | undefined,
): Result {
  return {
    outcomes: outcomesOf(cell, ended, next),
    server: serverOf(cell, ended, accepted),
    client: clientOf(cell),
  }
}

function outcomesOf(cell: FaultCell, ended: readonly Ended[], next: Ended | undefined): string {
  const { expected } = cell.row
  const parts = kinds.flatMap((kind) => {
    const these = ended.filter((one) => one.kind === kind)
    const share = expected[kind]
    if (these.length === 0 && share === undefined) return []
    const reasons = new Set(these.map(({ why }) => why))
    const isAsExpected =
      share !== undefined &&
      fits(share, these.length, cell) &&
      (kind === 'accepted' || isWhy(reasons, kind, expected))
    const why = kind === 'accepted' ? '' : ` (${[...reasons].sort().join(', ')})`
    return isAsExpected
      ? [`${wordOf(share, cell)} ${kind}${why}`]
      : [`WRONG: ${these.length} of ${ended.length} ${kind}${why}`]
  })
  if (next === undefined) return parts.join(', ')
  const why = next.why === undefined ? '' : ` (${next.why})`
  const isAsExpected =
    next.kind === (expected.next ?? 'accepted') && (expected.next === undefined || next.why === expected.why)
  return [...parts, `${isAsExpected ? '' : 'WRONG: '}the next ${next.kind}${why}`].join(', ')
}

function isWhy(reasons: ReadonlySet<string | undefined>, kind: Ended['kind'], expected: Expected): boolean {
  const why = (kind === 'unsent' ? expected.whyUnsent : undefined) ?? expected.why
  return reasons.size === 1 && reasons.has(why)
}

function fits(share: Share, count: number, cell: FaultCell): boolean {
  if (share === 'all') return count === cell.tokens.length
  if (share === 'rest' || share === 'some') return count > 0
  if (share === 'in flight') return count > 0 && count <= mostInFlight(cell)
  return count === share
}

/** Apple admits one stream until a provider token was accepted. */
function mostInFlight({ row, authentication, limit }: FaultCell): number {
  return row.moment === 'first' && authentication === 'key' ? 1 : limit
}

function wordOf(share: Share, cell: FaultCell): string {
  if (share !== 'in flight') return share === 'rest' ? 'the rest' : String(share)
  return mostInFlight(cell) === 1 ? 'the one in flight' : 'those in flight'
}

/** No push may be lost or doubled: what was accepted is in the server's record, what was unsent is not. */
function serverOf(cell: FaultCell, ended: readonly Ended[], accepted: Accepted): string {
  const wrong: string[] = []
  const isReplay = cell.row.onUnknown === 'replay'
  for (const { kind, token } of ended) {
    const times = accepted.get(token) ?? 0
    if (kind === 'accepted' && times === 0) wrong.push('accepted, and never received')
    if ((kind === 'unsent' || kind === 'rejected') && times > 0) wrong.push(`${kind}, and received`)
    if (times > (isReplay ? 3 : 1)) wrong.push(`received ${times} times`)
  }
  if (wrong.length > 0) return `WRONG: ${wrong.length} pushes were ${[...new Set(wrong)].join('; ')}`
  if (isReplay) return 'each push at least once'
  if (ended.every(({ kind }) => kind === 'accepted')) return 'each push once'
  return ended.some(({ kind }) => kind === 'accepted' || kind === 'unknown') ? 'no push twice' : 'no push'
}

/** What became of connections, by `seen.connections`. */
const courses = {
  kept: /^c$/,
  another: /c.*c/,
  'tried again': /^d+c$/,
  'given up': /^c?d+$/,
} as const

const words = {
  kept: 'kept its connection',
  another: 'opened another connection',
  'tried again': 'tried again',
  'given up': 'gave up',
} as const

function clientOf({ row, seen }: FaultCell): string {
  const { expected } = row
  const found = (Object.keys(courses) as (keyof typeof courses)[]).find((name) =>
    courses[name].test(seen.connections),
  )
  const isAsExpected = found !== undefined && (expected.connection ?? found) === found
  const word =
    expected.connection === undefined ? 'kept its connection or opened another' : words[expected.connection]
  const parts = [isAsExpected ? word : `WRONG: connections ${seen.connections}`]
  if (expected.sentAgain !== undefined) {
    if (seen.sentAgain > 0 !== expected.sentAgain) parts.push(`WRONG: sent ${seen.sentAgain} again`)
    else if (expected.sentAgain) parts.push('sent again')
  }
  return parts.join(', ')
}

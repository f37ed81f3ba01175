import type { Authentication, Call, FaultRow, Moment } from './fault-row.js'
import type { Result } from './result.js'

/** One cell of the matrix, run. */
export interface Cell {
  readonly row: FaultRow
  readonly authentication: Authentication
  readonly call: Call
  readonly result: Result
}

const moments: Record<Moment, string> = {
  before: 'before anything is sent',
  first: 'with the first push in flight',
  middle: 'in mid campaign',
  after: 'after the last push',
}

const head = ['Fault', 'Moment', 'Authentication', 'Call', 'Outcomes', 'The server accepted', 'The client']

/** `docs/fault-matrix.md`. Cells of a row with the same result stand in one line. */
export function faultMatrixPage(rows: readonly FaultRow[], cells: readonly Cell[]): string {
  const lines = rows.flatMap((row) => linesOf(row, cells))
  const count = `${cells.length} cells in ${lines.length} lines`
  const table = [head, head.map(() => '---'), ...lines].map((line) => `| ${line.join(' | ')} |`).join('\n')
  return `${introduction.replace('COUNT', count)}\n${table}\n`
}

function linesOf(row: FaultRow, cells: readonly Cell[]): string[][] {
  const own = cells.filter((cell) => cell.row === row)
  const byAuthentication = groupBy(own, ({ authentication }) =>
    JSON.stringify(
      own
        .filter((cell) => cell.authentication === authentication)
        .map(({ call, result }) => ({ call, result })),
    ),
  )
  return byAuthentication.flatMap((group) =>
    groupBy(group, ({ result }) => JSON.stringify(result)).map((same) => {
      const { outcomes, server, client } = same[0]!.result
      const fault = row.onUnknown === undefined ? row.fault : `${row.fault}; \`onUnknown: 'replay'\``
      return [
        fault,
        moments[row.moment],
        names(same, 'authentication'),
        names(same, 'call'),
        outcomes,
        server,
        client,
      ]
    }),
  )
}

function groupBy(cells: readonly Cell[], keyOf: (cell: Cell) => string): Cell[][] {
  const groups = new Map<string, Cell[]>()
  for (const cell of cells) groups.set(keyOf(cell), [...(groups.get(keyOf(cell)) ?? []), cell])
  return [...groups.values()]
}

function names(cells: readonly Cell[], field: 'authentication' | 'call'): string {
  return [...new Set(cells.map((cell) => cell[field]))].join(', ')
}

const introduction = `# What the APNs client does when something goes wrong

Written by \`npx vitest run test/faults --update\`; \`npm test\` runs it all and fails where this page says something else: COUNT.

Each cell is a simulator with one ordered fault, a client with one connection, and pushes: 20 by \`send\`, of which 5 may be in
flight, or 600 by one \`sendMany\`, of which 200 may be. It shows that
- each push has exactly one outcome;
- what is accepted is in the server's record, what is unsent or rejected is not, and nothing is there twice (with
  \`onUnknown: 'replay'\` at most three times);
- when the fault is over, the client sends again; when it is closed, no connection and no timer is left.

"Those in flight" are at least one and at most as many as may be in flight. With a key, the first push is alone in flight: Apple
allows one stream until a provider token was accepted. Words in brackets are Apple's reason or the code of the error, see
[errors.md](errors.md).
`

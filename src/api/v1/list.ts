import { type Static, type TSchema, Type } from 'typebox'

/** The id in a path. */
export const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })

/** Items of a page at most. */
const MAX_LIMIT = 1000
const DEFAULT_LIMIT = 100

/** The fields of a query that pages through a list by key. */
export const pageFields = {
  after: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: Number.MAX_SAFE_INTEGER,
      description: 'Goes on where a page ended: its `next`.',
    }),
  ),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_LIMIT,
      description: `Items a page, 1 to ${MAX_LIMIT}; ${DEFAULT_LIMIT} by default.`,
    }),
  ),
}

/** A query that only pages. */
export const PageQuery = Type.Object(pageFields, { additionalProperties: false })

const order = Type.Optional(
  Type.Enum(['asc', 'desc'], {
    description: '`desc`: the newest first, also beyond `after`; `asc` by default.',
  }),
)

/** The fields of a query of a list that can be read backwards, too. */
export const orderedFields = { ...pageFields, order }

/** A query that only pages, in either order. */
export const OrderedQuery = Type.Object(orderedFields, { additionalProperties: false })

/** A page of a list. */
export function ListOf<Item extends TSchema>(item: Item) {
  return Type.Object(
    {
      items: Type.Array(item),
      next: Type.Union([Id, Type.Null()], {
        description: 'What to give as `after` for the next page; null: this is the last one.',
      }),
    },
    { additionalProperties: false },
  )
}

/** The page that was asked for. */
export function pageOf({ after = 0, limit = DEFAULT_LIMIT }: Static<typeof PageQuery>) {
  return { after, limit }
}

/** The page that was asked for, of a list that can be read backwards. */
export function orderedPageOf({ order = 'asc', ...query }: Static<typeof OrderedQuery>) {
  return { ...pageOf(query), order }
}

/** A page with its items as they are shown; `next` is the last one's id, unless there are no more. */
export function listed<Item extends { id: number }, Shown>(
  items: readonly Item[],
  { limit }: { limit: number },
  show: (item: Item) => Shown,
): { items: Shown[]; next: number | null } {
  const last = items.at(-1)
  return {
    items: items.map(show),
    next: last !== undefined && items.length >= limit ? last.id : null,
  }
}

/** One page of a list that is held whole. */
export function pageWithin<Item extends { id: number }>(
  all: readonly Item[],
  { after, limit, order = 'asc' }: { after: number; limit: number; order?: 'asc' | 'desc' },
): Item[] {
  if (order === 'asc') return all.filter(({ id }) => id > after).slice(0, limit)
  return all
    .filter(({ id }) => after === 0 || id < after)
    .reverse()
    .slice(0, limit)
}

/** A time in an answer. */
export const Time = Type.String({ format: 'date-time', maxLength: 40, description: 'UTC, ISO 8601.' })

/** A time in an answer that may be none. */
export const TimeOrNull = Type.Union([Time, Type.Null()])

/** Milliseconds since 1970 as ISO 8601. */
export function shownTime(time: number): string
export function shownTime(time: number | null): string | null
export function shownTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString()
}

import { Type } from 'typebox'
import { PushError } from '../../base/index.js'
import { Time } from './list.js'

/** The beginning of a range of times in a query; the time itself belongs to it. */
export const Since = Type.Optional({ ...Time, description: 'At this time or later.' } as typeof Time)

/** The end of a range of times in a query; the time itself does not belong to it. */
export const Before = Type.Optional({ ...Time, description: 'Before this time.' } as typeof Time)

/** The same of what may never have happened. */
export const BeforeOrNever = Type.Optional({
  ...Time,
  description: 'Before this time, or never.',
} as typeof Time)

/** A query whose times, by the names of their fields, are milliseconds since 1970. PUSH_ERR_INPUT_INVALID for a time that does not exist. */
export function withTimes<Query extends object, Field extends keyof Query & string>(
  query: Query,
  fields: readonly Field[],
): Omit<Query, Field> & { [Name in Field]?: number } {
  const result: Record<string, unknown> = { ...(query as Record<string, unknown>) }
  for (const field of fields) {
    const text = query[field]
    if (typeof text !== 'string') continue
    const time = Date.parse(text)
    if (Number.isNaN(time))
      throw new PushError('PUSH_ERR_INPUT_INVALID', `${field}: there is no such time as ${text}`, { field })
    result[field] = time
  }
  return result as Omit<Query, Field> & { [Name in Field]?: number }
}

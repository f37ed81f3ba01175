import { notAllowed } from '../model/index.js'
import type { OrderedPage, Page } from './store.js'

/** A page with its defaults; PUSH_ERR_INPUT_INVALID where a number is out of range. */
export function pageBounds({ after = 0, limit = 100 }: Page = {}): Required<Page> {
  check('after', after, 0, Number.MAX_SAFE_INTEGER, 'the id that the page before ended with, or 0')
  check('limit', limit, 1, 10_000, 'a whole number from 1 to 10000')
  return { after, limit }
}

/** The same for a list that can be read backwards: the items whose id is `beyond` a number, in an order. */
export function orderedBounds({ order = 'asc', ...page }: OrderedPage = {}): OrderedBounds {
  const { after, limit } = pageBounds(page)
  if (order === 'asc') return { limit, order, beyond: '>', from: after }
  if (order === 'desc')
    return { limit, order, beyond: '<', from: after === 0 ? Number.MAX_SAFE_INTEGER : after }
  throw notAllowed('order', order, 'asc or desc')
}

/** Which items of a list a page has: `where id <beyond> <from> order by id <order> limit <limit>`. */
export interface OrderedBounds {
  limit: number
  order: 'asc' | 'desc'
  beyond: '>' | '<'
  from: number
}

function check(field: string, value: number, min: number, max: number, use: string): void {
  if (!(Number.isSafeInteger(value) && value >= min && value <= max)) throw notAllowed(field, value, use)
}

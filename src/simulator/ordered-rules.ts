import { tokenList } from './marked-tokens.js'
import { whole } from './simulator-options.js'

/** For which requests or connections something is ordered. */
export interface Schedule {
  /** Only pushes to this device. Absent: all. Orders for a device go before orders for all. */
  readonly token?: string
  /** How many requests get it. Absent: all, until `reset()`. */
  readonly count?: number
  /** How many matching requests pass before; 0 by default. */
  readonly skip?: number
}

interface Rule<Action> {
  skip: number
  remaining: number
  readonly action: Action
}

/** Stands for all devices where a token is expected. */
const anyDevice = ''

/** What the caller ordered for what is still to come: rules in the order in which they were given. */
export class OrderedRules<Action> {
  /** The rules of a device, or of all. */
  readonly #rules = new Map<string, Rule<Action>[]>()

  add(schedule: Schedule, action: Action): void {
    const { token, count, skip } = schedule
    const key = token === undefined ? anyDevice : tokenList(token)[0]!
    const rule: Rule<Action> = {
      skip: whole('skip', skip ?? 0, 0, Number.MAX_SAFE_INTEGER),
      remaining:
        count === undefined ? Number.POSITIVE_INFINITY : whole('count', count, 1, Number.MAX_SAFE_INTEGER),
      action,
    }
    this.#rules.set(key, [...(this.#rules.get(key) ?? []), rule])
  }

  /** What is to be done with the next one, a request for this device; absent: nothing special. */
  next(token: string = anyDevice): Action | undefined {
    if (this.#rules.size === 0) return undefined
    return (token === anyDevice ? undefined : this.#first(token)) ?? this.#first(anyDevice)
  }

  clear(): void {
    this.#rules.clear()
  }

  #first(key: string): Action | undefined {
    const rules = this.#rules.get(key) ?? []
    for (const rule of rules) {
      if (rule.skip > 0) {
        rule.skip -= 1
        continue
      }
      rule.remaining -= 1
      if (rule.remaining === 0) this.#remove(key, rule)
      return rule.action
    }
    return undefined
  }

  #remove(key: string, rule: Rule<Action>): void {
    const left = (this.#rules.get(key) ?? []).filter((other) => other !== rule)
    if (left.length > 0) this.#rules.set(key, left)
    else this.#rules.delete(key)
  }
}

import { type Clock, PushError, shown } from '../base/index.js'
import { checkInteger } from '../model/index.js'
import type { StatsStore } from '../store/index.js'

const DAY_MS = 24 * 3_600_000
/** Days that are told at once. */
const MAX_DAYS = 400
const DEFAULT_DAYS = 30
const MINUTE_MS = 60_000
/** Minutes that are told at most: a day. They are kept for two. */
const MAX_MINUTES = 1440

/** Which days. */
export interface StatsQuery {
  /** The id of a service; all by default. */
  service?: number
  /** The first day: `2026-11-01`; by default 29 days before `to`. */
  from?: string
  /** The last day; today by default. At most 400 days. */
  to?: string
}

/** What a service did on a day of UTC. */
export interface DayStats {
  service: number
  /** `2026-11-24`. */
  day: string
  /** Devices that got their outcome on this day, whenever their push began. */
  accepted: number
  rejected: number
  unknown: number
  unsent: number
  /** Why Apple rejected: the most frequent first. */
  reasons: { reason: string; count: number }[]
  /** Devices that were active when they were counted, once a day by a worker; null: they were not. */
  activeDevices: number | null
}

/** What a service did in a minute. */
export interface MinuteStats {
  service: number
  /** When it began. */
  minute: number
  accepted: number
  rejected: number
  unknown: number
  unsent: number
}

/** What became of pushes and how many devices there were, day by day. */
export class Stats {
  readonly #store: StatsStore
  readonly #clock: Clock

  constructor(store: StatsStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** By day and service; days on which nothing was are left out. PUSH_ERR_INPUT_INVALID. */
  async list(query: StatsQuery = {}): Promise<DayStats[]> {
    const { service } = query
    const which = { ...this.#days(query), ...(service !== undefined && { serviceId: service }) }
    const days = new Map<string, DayStats>()
    const of = (serviceId: number, at: number) => {
      const day = new Date(at).toISOString().slice(0, 10)
      const key = `${day} ${String(serviceId).padStart(16)}`
      const none = { accepted: 0, rejected: 0, unknown: 0, unsent: 0, reasons: [], activeDevices: null }
      const stats: DayStats = days.get(key) ?? { service: serviceId, day, ...none }
      days.set(key, stats)
      return stats
    }
    for (const { serviceId, day, outcome, reason, count } of await this.#store.counts(which)) {
      const stats = of(serviceId, day)
      stats[outcome] += count
      if (outcome === 'rejected') stats.reasons.push({ reason, count })
    }
    for (const { serviceId, day, active } of await this.#store.activeDevices(which))
      of(serviceId, day).activeDevices = active
    return [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, stats]) => stats)
  }

  /**
   * The last minutes, the one that is under way included; those in which nothing was are left out. PUSH_ERR_INPUT_INVALID.
   *
   * @param query.minutes 1 to 1440; 60 by default
   */
  async minutes(query: { service?: number; minutes?: number } = {}): Promise<MinuteStats[]> {
    const { service, minutes: last = 60 } = query
    checkInteger('minutes', last, 1, MAX_MINUTES, `a whole number from 1 to ${MAX_MINUTES}`)
    const from = this.#clock.now() - (last - 1) * MINUTE_MS
    const rows = await this.#store.minutes({ from, ...(service !== undefined && { serviceId: service }) })
    const minutes = new Map<string, MinuteStats>()
    for (const { minute, serviceId, outcome, count } of rows) {
      const key = `${minute} ${serviceId}`
      const none = { accepted: 0, rejected: 0, unknown: 0, unsent: 0 }
      const stats = minutes.get(key) ?? { service: serviceId, minute, ...none }
      stats[outcome] += count
      minutes.set(key, stats)
    }
    return [...minutes.values()]
  }

  #days({ from, to }: StatsQuery): { from: number; to: number } {
    const last = to === undefined ? this.#clock.now() : dayAt('to', to)
    const first = from === undefined ? last - (DEFAULT_DAYS - 1) * DAY_MS : dayAt('from', from)
    if (first > last) throw wrong('from', from, `a day that is not after ${to ?? 'today'}`)
    if (Math.floor(last / DAY_MS) - Math.floor(first / DAY_MS) >= MAX_DAYS)
      throw wrong('from', from, `at most ${MAX_DAYS} days`)
    return { from: first, to: last }
  }
}

function dayAt(field: string, day: string): number {
  const at = /^\d{4}-\d\d-\d\d$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : Number.NaN
  // 31 February is none.
  if (Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day)
    throw wrong(field, day, 'a day such as 2026-11-24')
  return at
}

function wrong(field: string, value: unknown, use: string): PushError {
  return new PushError('PUSH_ERR_INPUT_INVALID', `${field}: ${shown(value)} is not allowed; use ${use}`, {
    field,
  })
}

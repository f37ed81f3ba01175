import type { Delivery, Feedback, Push } from './push.js'

/** What happened to a device, as the database has written it down. */
export interface DeviceEvent {
  /**
   * `registered`: its app registered again; once a day at the most is written down. `returned`: it registered while the device was inactive,
   * for `reason`. `reactivated`: an operator or an import made it active again; `reason` is why it had been inactive. `deactivated`:
   * for Apple's reason, or `operator`, or `import`.
   */
  kind: 'registered' | 'returned' | 'reactivated' | 'deactivated'
  at: number
  reason: string | null
}

/**
 * What became of a push for one device. `waiting`: it has not come to the device, or tries it again. `skipped`: the device got nothing, because it
 * was inactive (`Inactive`) or not registered yet (`NotRegistered`). `notKnown`: what became of each device is not kept any more (`Pruned`),
 * or the device was switched off or on meanwhile (`ActivityChanged`), and it is not known whether that was before its turn.
 */
export type DeviceOutcome = Delivery['outcome'] | 'waiting' | 'skipped' | 'notKnown'

/** A push that covered a device, or would have. */
export interface PushEntry {
  kind: 'push'
  /** When the outcome was noted; else when the push began, or is to begin. */
  at: number
  push: Push
  outcome: DeviceOutcome
  /** Apple's reason, our error code, or one of `DeviceOutcome`; null: none. */
  reason: string | null
  status: number | null
  /** What names it in Apple's delivery log; null: nothing is known to have left. */
  apnsId: string | null
  /** Apple's own name for it, which is sent in the development environment only. */
  apnsUniqueId: string | null
  /** How often it has been tried, and when it is tried next; only of one that waits for that. */
  attempts: number | null
  dueAt: number | null
}

/** One thing that happened to a device. */
export type TimelineEntry =
  | DeviceEvent
  /** The device came into the registry: its app registered, or it was imported. */
  | { kind: 'added'; at: number }
  /** Apple said that its token is dead. */
  | { kind: 'feedback'; at: number; feedback: Feedback }
  | PushEntry

/** Entries of a timeline, the newest first, and what to go on after; null: there are no more. A page may be short though there are. */
export interface TimelinePage {
  entries: TimelineEntry[]
  next: string | null
}

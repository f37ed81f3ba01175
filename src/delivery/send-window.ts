/*
 * How many devices a worker may have handed over and not recorded: the promise of docs/delivery.md, as that is what a killed
 * worker may have sent without a record. All of its pushes share it.
 *
 * Urgent pushes find room at any time, since the others never take all of it, and are asked first when some becomes free. They
 * take no more than half of it as long as others want some.
 */
import type { Urgency } from '../model/index.js'

/** Devices handed to the client and not recorded yet, at most. */
const SEND_WINDOW = 2000
/** What is left of it for urgent pushes. */
const URGENT_RESERVE = 100
/** Devices read and recorded at a time: four fit, so that reading, sending and recording overlap. */
export const PAGE_SIZE = (SEND_WINDOW - URGENT_RESERVE) / 4

/** Who takes room and gives it back. */
export interface Sender {
  readonly urgency: Urgency
  /** Called when there is room again; whoever has not waited may ignore it. */
  wake(): void
}

export class SendWindow {
  readonly #used: Record<Urgency, number> = { normal: 0, urgent: 0 }
  readonly #waiting = new Set<Sender>()

  /**
   * Takes room for so many devices, or for fewer where the push is urgent; 0: there is none, and the sender is woken when there may
   * be some.
   */
  take(sender: Sender, wanted: number): number {
    const { normal, urgent } = this.#used
    const free = SEND_WINDOW - normal - urgent
    const isUrgent = sender.urgency === 'urgent'
    const othersWant = normal > 0 || [...this.#waiting].some(({ urgency }) => urgency === 'normal')
    const room = isUrgent
      ? Math.min(free, othersWant ? SEND_WINDOW / 2 - urgent : free)
      : Math.min(free, SEND_WINDOW - URGENT_RESERVE - normal)
    // A page at a time, which keeps pages from becoming crumbs.
    const least = isUrgent ? Math.min(wanted, URGENT_RESERVE) : wanted
    if (room < least) {
      this.#waiting.add(sender)
      return 0
    }
    this.#waiting.delete(sender)
    const taken = Math.min(wanted, room)
    this.#used[sender.urgency] += taken
    return taken
  }

  /** Gives room back: so many devices have been recorded, or not been read after all. */
  giveBack({ urgency }: Sender, count: number): void {
    if (count === 0) return
    this.#used[urgency] -= count
    const waiting = [...this.#waiting]
    for (const sender of waiting) if (sender.urgency === 'urgent') sender.wake()
    for (const sender of waiting) if (sender.urgency === 'normal') sender.wake()
  }

  /** The sender wants nothing any more, and has given everything back. */
  leave(sender: Sender): void {
    this.#waiting.delete(sender)
  }
}

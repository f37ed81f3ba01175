/** A clock that stands still until it is set. */
export class SetClock {
  #now: number

  constructor(now: string) {
    this.#now = Date.parse(now)
  }

  now(): number {
    return this.#now
  }

  set(now: string): void {
    this.#now = Date.parse(now)
  }
}

/**
 * How far from its beginning an input is settled, though its items settle in any order.
 *
 * Items are counted in blocks of 64; a block is settled when all of its items are. Only the blocks between the first
 * unsettled one and the newest are kept.
 */
const BLOCK_BITS = 6
const BLOCK_ITEMS = 1 << BLOCK_BITS
/** How many settled blocks may stand in front of the array before they are cut off. */
const TRIM_BLOCKS = 1024

export class SettledBlocks {
  /** Items of each block that are not settled, those that have not been taken yet included. */
  readonly #left: number[] = []
  /** The number of the block at `#left[0]`, and how many blocks at the front are settled. */
  #firstBlock = 0
  #settledBlocks = 0
  #taken = 0
  #settled = 0
  #ended = false

  /** Items taken. */
  get taken(): number {
    return this.#taken
  }

  /** Items taken that are not settled. */
  get pending(): number {
    return this.#taken - this.#settled
  }

  /** Takes the next item and returns its index. */
  take(): number {
    const index = this.#taken++
    if ((index & (BLOCK_ITEMS - 1)) === 0) this.#left.push(BLOCK_ITEMS)
    return index
  }

  settle(index: number): void {
    this.#settled++
    this.#left[Math.floor(index / BLOCK_ITEMS) - this.#firstBlock]!--
  }

  /** No more items are taken: the last block is settled when its items are. */
  end(): void {
    this.#ended = true
  }

  /** How many items from the beginning are all settled. */
  get prefix(): number {
    if (this.#settled === this.#taken) {
      if (this.#ended) return this.#taken
    }
    const left = this.#left
    while (this.#settledBlocks < left.length && left[this.#settledBlocks] === 0) this.#settledBlocks++
    if (this.#settledBlocks >= TRIM_BLOCKS) {
      left.splice(0, this.#settledBlocks)
      this.#firstBlock += this.#settledBlocks
      this.#settledBlocks = 0
    }
    return (this.#firstBlock + this.#settledBlocks) * BLOCK_ITEMS
  }
}

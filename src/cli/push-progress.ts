import type { PushProgress } from '../app/index.js'
import { writeNote } from './terminal.js'

/** Shows how far a push is, on standard error. */
export interface ProgressDisplay {
  show(progress: PushProgress): void
  /** Leaves the last state behind, on a line of its own; a bar does not come back after it. May be called again. */
  end(): void
}

/** A bar on a terminal; elsewhere plain lines, at most one a second, and one at the end. */
export async function createProgressDisplay(): Promise<ProgressDisplay> {
  return process.stderr.isTTY ? await createBar() : createLines()
}

/** Devices that were tried: those that a stopped push has not come to are no progress. */
function triedOf({ accepted, rejected, unknown }: PushProgress): number {
  return accepted + rejected + unknown
}

async function createBar(): Promise<ProgressDisplay> {
  const { SingleBar, Presets } = await import('cli-progress')
  const format =
    '{bar} {percentage}% {value}/{total} accepted={accepted} rejected={rejected} eta {eta_formatted}'
  const bar = new SingleBar(
    // Its own way to end at Ctrl-C would draw on after it, over what is written then.
    { format, stream: process.stderr, hideCursor: true, gracefulExit: false },
    Presets.shades_classic,
  )
  let isStarted = false
  let isEnded = false
  return {
    show(progress) {
      if (isEnded) return
      const { accepted, rejected, audienceSize } = progress
      if (!isStarted) bar.start(audienceSize, 0, { accepted, rejected })
      isStarted = true
      bar.setTotal(audienceSize)
      bar.update(triedOf(progress), { accepted, rejected })
    },
    end() {
      if (isStarted && !isEnded) bar.stop()
      isEnded = true
    },
  }
}

function createLines(): ProgressDisplay {
  let last: PushProgress | undefined
  let shownTried = -1
  let shownAt = 0
  const write = (progress: PushProgress) => {
    const tried = triedOf(progress)
    if (tried === shownTried) return
    shownTried = tried
    shownAt = performance.now()
    const { audienceSize, accepted, rejected } = progress
    const percentage = audienceSize === 0 ? 100 : Math.floor((100 * tried) / audienceSize)
    writeNote(`${percentage}% ${tried}/${audienceSize} accepted=${accepted} rejected=${rejected}`)
  }
  return {
    show(progress) {
      last = progress
      if (performance.now() - shownAt >= 1000) write(progress)
    },
    end() {
      if (last !== undefined) write(last)
    },
  }
}

import type { PushProgress } from '../app/index.js'
import { writeNote } from './terminal.js'

/** Shows how far a push is, on standard error. */
export interface ProgressDisplay {
  show(progress: PushProgress): void
  /** Takes the display away, or leaves its last state behind. */
  end(): void
}

/** A bar on a terminal; elsewhere plain lines, at most one a second, and one at the end. */
export async function createProgressDisplay(): Promise<ProgressDisplay> {
  return process.stderr.isTTY ? await createBar() : createLines()
}

function settledOf(progress: PushProgress): number {
  return progress.accepted + progress.rejected + progress.unknown + progress.unsent
}

async function createBar(): Promise<ProgressDisplay> {
  const { SingleBar, Presets } = await import('cli-progress')
  const format =
    '{bar} {percentage}% {value}/{total} accepted={accepted} rejected={rejected} eta {eta_formatted}'
  const bar = new SingleBar({ format, stream: process.stderr, hideCursor: true }, Presets.shades_classic)
  let isStarted = false
  return {
    show(progress) {
      const { accepted, rejected, audienceSize } = progress
      if (!isStarted) bar.start(audienceSize, 0, { accepted, rejected })
      isStarted = true
      bar.setTotal(audienceSize)
      bar.update(settledOf(progress), { accepted, rejected })
    },
    end() {
      if (isStarted) bar.stop()
    },
  }
}

function createLines(): ProgressDisplay {
  let last: PushProgress | undefined
  let shownSettled = -1
  let shownAt = 0
  const write = (progress: PushProgress) => {
    const settled = settledOf(progress)
    if (settled === shownSettled) return
    shownSettled = settled
    shownAt = performance.now()
    const { audienceSize, accepted, rejected } = progress
    const percentage = audienceSize === 0 ? 100 : Math.floor((100 * settled) / audienceSize)
    writeNote(`${percentage}% ${settled}/${audienceSize} accepted=${accepted} rejected=${rejected}`)
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

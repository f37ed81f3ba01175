import { onTestFinished, vi } from 'vitest'

/** From now on, so much more time has passed than really has; until the test ends. */
export function passTime(ms: number): void {
  vi.restoreAllMocks()
  onTestFinished(() => {
    vi.restoreAllMocks()
  })
  const real = performance.now.bind(performance)
  vi.spyOn(performance, 'now').mockImplementation(() => real() + ms)
}

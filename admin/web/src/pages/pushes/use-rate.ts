import { useEffect, useRef, useState } from 'react'

const SAMPLE_MS = 1_000
/** Over how many samples a rate is taken. */
const SAMPLES = 6

/** How many a second a count grows by, over the last seconds; undefined while that is not known. */
export function useRate(count: number): number | undefined {
  const latest = useRef(count)
  const [rate, setRate] = useState<number>()
  useEffect(() => {
    latest.current = count
  }, [count])
  useEffect(() => {
    const samples: { at: number; count: number }[] = []
    const timer = setInterval(() => {
      const now = { at: performance.now(), count: latest.current }
      samples.push(now)
      if (samples.length > SAMPLES) samples.shift()
      const first = samples[0]!
      if (first !== now) setRate(((now.count - first.count) * 1000) / (now.at - first.at))
    }, SAMPLE_MS)
    return () => clearInterval(timer)
  }, [])
  return rate
}

/*
 * Texts such as `5 minutes ago` grow old on a page that stays open. One timer for all of them, which runs while there is one: a list has
 * hundreds.
 */
import { useSyncExternalStore } from 'react'

const MINUTE_MS = 60_000

let minutes = 0
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

/** Draws whatever calls it anew each minute. */
export function useMinute(): void {
  useSyncExternalStore(subscribe, () => minutes)
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) timer = setInterval(tick, MINUTE_MS)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) clearInterval(timer)
  }
}

function tick(): void {
  minutes++
  for (const listener of listeners) listener()
}

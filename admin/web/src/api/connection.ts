/*
 * Whether the server answers. Where it does not, it is asked again every two seconds; as soon as it answers, what is on the page is
 * loaded anew.
 */
import { useSyncExternalStore } from 'react'

const RETRY_MS = 2_000

let lost = false
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()
const healers = new Set<() => void>()

/** Whether the server does not answer at the moment. */
export function useIsServerLost(): boolean {
  return useSyncExternalStore(subscribe, () => lost)
}

/** Calls back each time the server answers again. Returns how to end that. */
export function onServerHealed(heal: () => void): () => void {
  healers.add(heal)
  return () => healers.delete(heal)
}

export function serverLost(): void {
  if (lost) return
  lost = true
  for (const listener of listeners) listener()
  timer = setTimeout(ask, RETRY_MS)
}

export function serverAnswered(): void {
  if (!lost) return
  lost = false
  clearTimeout(timer)
  for (const listener of listeners) listener()
  for (const heal of healers) heal()
}

/** Finds out whether the server answers, where something else than a request to the API has failed. */
export async function lookForServer(): Promise<void> {
  if (!(await answers())) serverLost()
}

async function ask(): Promise<void> {
  if (await answers()) serverAnswered()
  else timer = setTimeout(ask, RETRY_MS)
}

async function answers(): Promise<boolean> {
  try {
    return (await fetch('/healthz', { cache: 'no-store' })).status < 500
  } catch {
    return false
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/*
 * Whether the server does its work. Where it does not, it is asked again every two seconds; as soon as it does, what is on the page is
 * loaded anew.
 *
 * States: `well` → `silent` (nobody answers, or only a proxy in front of it) or `unable` (it answers that it can't, such as without its
 * database) → `well`. Whatever fails may ask (`lookForServer`); only the answer to that decides, so that a single request that fails, or
 * gets through, does not make the page go back and forth.
 */
import { useSyncExternalStore } from 'react'

const RETRY_MS = 2_000
/** How long a sign of life may take: a connection may be dead without anybody being told. */
const ANSWER_MS = 5_000

export type Health = 'well' | 'silent' | 'unable'

let health: Health = 'well'
let asking: Promise<void> | undefined
let timer: ReturnType<typeof setTimeout> | undefined
const listeners = new Set<() => void>()
const healers = new Set<() => void>()

/** How the server is. */
export function useServerHealth(): Health {
  return useSyncExternalStore(subscribe, () => health)
}

/** Calls back each time the server does its work again. Returns how to end that. */
export function onServerHealed(heal: () => void): () => void {
  healers.add(heal)
  return () => healers.delete(heal)
}

/** Finds out how the server is, because something has failed; where it is not well, goes on until it is. */
export function lookForServer(): Promise<void> {
  asking ??= look()
  return asking
}

async function look(): Promise<void> {
  const was = health
  health = await signOfLife()
  asking = undefined
  clearTimeout(timer)
  if (health !== 'well') timer = setTimeout(() => void lookForServer(), RETRY_MS)
  if (health === was) return
  for (const listener of listeners) listener()
  if (health === 'well') for (const heal of healers) heal()
}

/** A small request of the API that everybody may make, and that needs the database. */
async function signOfLife(): Promise<Health> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS)
    const { status, headers } = await fetch('/api/v1/setup', { cache: 'no-store', signal })
    // A proxy's own pages are HTML.
    if (!/json/.test(headers.get('content-type') ?? '')) return 'silent'
    return status < 500 ? 'well' : 'unable'
  } catch {
    return 'silent'
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

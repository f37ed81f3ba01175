/*
 * What is typed and not saved is not lost by a link, by Back or Forward, or by closing the window: forms say that they hold something, and
 * whoever leaves the page is asked first. Where a page goes on by itself, as after saving, nobody is asked.
 *
 * The browser tells of Back and Forward when it has gone already. So the place in the history is counted in its state; the way is gone back,
 * unseen by the pages, and gone again if that is what somebody wants.
 */
import { useEffect } from 'react'
import type { AroundNavHandler, BaseLocationHook } from 'wouter'
import { navigate, useLocationProperty } from 'wouter/use-browser-location'
import { confirmed } from './confirm'

/** What is said to whoever leaves. */
interface Question {
  title: string
  about: string
}

const lost: Question = {
  title: 'Leave without saving?',
  about: 'What you have typed here is not saved, and is lost when you leave.',
}

/** The questions of the forms that hold something. */
const held = new Set<Question>()

/** Asks whoever leaves the page while `isUnsaved`. The question must not be made anew each time. */
export function useUnsavedGuard(isUnsaved: boolean, question: Question = lost): void {
  useEffect(() => {
    if (!isUnsaved) return
    const own = { ...question }
    if (held.size === 0) window.addEventListener('beforeunload', warn)
    held.add(own)
    return () => {
      held.delete(own)
      if (held.size === 0) window.removeEventListener('beforeunload', warn)
    }
  }, [isUnsaved, question])
}

const warn = (event: BeforeUnloadEvent) => event.preventDefault()

/** Whether a question is open. */
let isAsking = false

/** Whether the page may be left: asks where something would be lost. */
export async function mayLeave(): Promise<boolean> {
  const [question] = held
  if (question === undefined) return true
  // Whoever goes back while the question is open has not answered it.
  if (isAsking) return false
  isAsking = true
  try {
    return await confirmed({ ...question, action: 'Leave', cancel: 'Stay', isDangerous: true })
  } finally {
    isAsking = false
  }
}

/** Where the page is in the history of its window, and its URL. */
let [place, seen] = [placeOf(history.state) ?? 0, new URL(location.href)]
/** While the way back to it is gone: the page that stays on the screen, and the place where somebody wanted to go. */
let kept: { place: number; pathname: string; wanted: number } | undefined
/** Whether the question was answered, and the way is gone again. */
let isLeaving = false

if (placeOf(history.state) === undefined) history.replaceState({ place }, '')

function placeOf(state: unknown): number | undefined {
  const value = (state as { place?: unknown } | null)?.place
  return typeof value === 'number' ? value : undefined
}

function arrive(at: number): void {
  ;[place, seen] = [at, new URL(location.href)]
  isLeaving = false
}

/** For the router: links ask before the page is left. */
export const askBeforeLeaving: AroundNavHandler = async (go, to, options) => {
  // A link passes on its own properties; without them it is a page itself that goes on.
  const isLink = options !== undefined && 'href' in options
  const isLeft = new URL(to, location.href).pathname !== location.pathname
  if (isLink && isLeft && held.size > 0 && !(await mayLeave())) return
  const replace = options?.replace ?? false
  const at = replace ? place : place + 1
  go(to, { replace, state: { place: at } })
  arrive(at)
}

// Before the router's own listener, which must not see it where the page stays.
window.addEventListener('popstate', (event) => {
  let now = placeOf(history.state)
  if (now === undefined) {
    // A link to a part of the page; when it is followed once more, the browser makes no new entry.
    now = location.href === seen.href ? place : place + 1
    history.replaceState({ place: now }, '')
  }
  if (kept !== undefined) {
    event.stopImmediatePropagation()
    if (now === kept.place) void ask(kept.wanted)
    else history.go(kept.place - now)
  } else if (!isLeaving && held.size > 0 && location.pathname !== seen.pathname) {
    event.stopImmediatePropagation()
    kept = { place, pathname: seen.pathname, wanted: now }
    history.go(place - now)
  } else {
    arrive(now)
  }
})

async function ask(wanted: number): Promise<void> {
  kept = undefined
  if (!(await mayLeave())) return
  isLeaving = true
  history.go(wanted - place)
}

/** For the router: the page that stays is the one that is shown, whatever the browser says meanwhile. */
export const useKeptLocation: BaseLocationHook = () => [
  useLocationProperty(() => kept?.pathname ?? location.pathname),
  navigate,
]

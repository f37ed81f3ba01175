/*
 * The events of a push as server-sent events (WHATWG HTML, section 9.2).
 *
 *   retry: 2000                      at first: after how many milliseconds a client that was cut off comes again
 *   event: progress, id: DIGEST      where the push stands, whenever that has changed; four times a second at most
 *   : still here                     every 15 seconds, so that nobody takes the silence for a dead connection
 *   event: end, id: end              the last one
 *
 * The id is made of what is told. A client that comes again with it (`Last-Event-ID`) is told only what is new; one that has seen the end is
 * answered 204, which ends the coming again.
 */
import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Push } from '../../model/index.js'
import type { Pushes } from '../../resources/index.js'
import { shownTime } from './list.js'

/** What a client that has seen the end brings back. */
export const END_ID = 'end'

const BEAT_MS = 15_000
const RETRY_MS = 2000

/** Where a push stands. */
function progressOf(push: Push) {
  const { id, state, stateReason, stateBy, endingAs, audienceSize, accepted, rejected, unknown, unsent } =
    push
  const { deferred, dueAt, startedAt, finishedAt } = push
  return {
    ...{
      id,
      state,
      stateReason,
      stateBy,
      endingAs,
      audienceSize,
      accepted,
      rejected,
      unknown,
      unsent,
      deferred,
    },
    ...{ dueAt: shownTime(dueAt), startedAt: shownTime(startedAt), finishedAt: shownTime(finishedAt) },
  }
}

/**
 * The text of the stream, event by event, until the push has ended or the signal comes.
 *
 * @param seen the id of the last event that the client has; absent: none
 */
export async function* eventStream(
  pushes: Pushes,
  id: number,
  { seen, signal, beatMs = BEAT_MS }: { seen?: string | undefined; signal: AbortSignal; beatMs?: number },
): AsyncGenerator<string, void, undefined> {
  yield `retry: ${RETRY_MS}\n\n`
  const events = pushes.events(id, { signal })
  try {
    let last = seen
    let next = asked(events)
    while (!signal.aborted) {
      const event = await within(next, beatMs, signal)
      if (event === undefined) {
        if (!signal.aborted) yield ': still here\n\n'
        continue
      }
      if (event.done) break
      next = asked(events)
      const data = JSON.stringify(progressOf(event.value))
      const digest = createHash('sha1').update(data).digest('base64url').slice(0, 16)
      if (digest !== last) yield `event: progress\nid: ${digest}\ndata: ${data}\n\n`
      last = digest
      if (event.value.finishedAt !== null) yield `event: end\nid: ${END_ID}\ndata: ${data}\n\n`
    }
  } finally {
    await events.return()
  }
}

/** The next one. It may fail while a client that reads slowly is waited for: that is told when it is its turn, and ends no process. */
function asked<Value>(events: AsyncGenerator<Value, void, undefined>): Promise<IteratorResult<Value, void>> {
  const next = events.next()
  next.catch(() => {})
  return next
}

/** What comes of it in time; undefined: nothing yet. */
async function within<Value>(
  value: Promise<Value>,
  ms: number,
  signal: AbortSignal,
): Promise<Value | undefined> {
  const over = new AbortController()
  const timer = sleep(ms, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(
    () => undefined,
  )
  try {
    return await Promise.race([value, timer])
  } finally {
    over.abort()
  }
}

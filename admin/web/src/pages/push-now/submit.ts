import { ApiError, api, type Schemas, take } from '../../api/client'
import { queryClient } from '../../api/queries'

/** The requests that got no answer, and their names: asked for again, each is the same push. */
const unanswered = new Map<string, { key: string; at: number }>()
/** How long the same request means the same push; later somebody wants another one. */
const SAME_MS = 10 * 60_000

/** Pushes. A request that is repeated because the answer was lost makes no second push. */
export async function submit(body: Schemas['PushInput']): Promise<Schemas['Push']> {
  const json = JSON.stringify(body)
  const before = unanswered.get(json)
  const key = before !== undefined && Date.now() - before.at < SAME_MS ? before.key : newKey()
  unanswered.set(json, { key, at: Date.now() })
  try {
    const push = await take(
      api.POST('/api/v1/pushes', { body, params: { header: { 'idempotency-key': key } } }),
    )
    unanswered.delete(json)
    return push as Schemas['Push']
  } catch (error) {
    if (error instanceof ApiError && error.status !== 0 && error.status < 500) unanswered.delete(json)
    throw error
  } finally {
    void queryClient.invalidateQueries({ queryKey: ['pushes', 'list'] })
  }
}

/** 128 random bits; `randomUUID` is there only on pages that came over TLS. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
}

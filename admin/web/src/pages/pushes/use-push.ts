/*
 * A push as it goes on. Its events come by a stream (server-sent events), which the browser opens again by itself when it breaks; where the
 * server refuses it, because too many are open, the push is asked for now and then.
 *
 *   asked for ── it has ended ──> nothing more
 *      └── stream ── refused ──> asked for every two seconds
 *
 * A page that nobody looks at has no stream: the server has so many, and no more.
 */
import { useDocumentVisibility } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, type Schemas, take } from '../../api/client'
import { queryClient } from '../../api/queries'

type Push = Schemas['PushDetail']
/** What an event brings of it. */
type Progress = Pick<
  Push,
  'id' | 'state' | 'accepted' | 'rejected' | 'unknown' | 'unsent' | 'deferred' | 'audienceSize'
>

const POLL_MS = 2_000
/** How often it is asked when the next devices are due, while some wait: no event tells that. */
const NEXT_MS = 5_000

export function usePush(id: number | undefined) {
  /** The push whose stream was refused. */
  const [refused, setRefused] = useState<number>()
  const isSeen = useDocumentVisibility() === 'visible'
  const query = useQuery({
    queryKey: ['pushes', id],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/pushes/{push}', { params: { path: { push: id! } }, signal })),
    enabled: id !== undefined,
    refetchInterval: ({ state: { data } }) => {
      if (data?.finishedAt !== null) return false
      if (refused === id) return POLL_MS
      return data.localTime !== null && data.deferred > 0 ? NEXT_MS : false
    },
  })
  const isRunning = query.data?.finishedAt === null
  useEffect(() => {
    if (!isRunning || !isSeen) return
    const stream = new EventSource(`/api/v1/pushes/${id}/events`)
    const merge = ({ data }: MessageEvent<string>) => {
      const progress = JSON.parse(data) as Progress
      queryClient.setQueryData<Push>(['pushes', id], (push) => push && { ...push, ...progress })
    }
    stream.addEventListener('open', () => setRefused(undefined))
    stream.addEventListener('progress', merge)
    stream.addEventListener('end', (event) => {
      stream.close()
      merge(event)
      void queryClient.invalidateQueries({ queryKey: ['pushes'] })
    })
    stream.addEventListener('error', () => {
      // Otherwise it is opened again by the browser.
      if (stream.readyState === EventSource.CLOSED) setRefused(id)
    })
    return () => stream.close()
  }, [id, isRunning, isSeen])
  return query
}

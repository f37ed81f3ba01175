import { useQuery } from '@tanstack/react-query'
import { useParams, useSearchParams } from 'wouter'
import { api, take } from '../../api/client'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
import { PushNow } from './push-now'
import type { Timing } from './timing'

const kinds: readonly (string | null)[] = ['at', 'local', 'cron']

/** Pushes a stored notification. `?device=` is the id of a device that it is meant for, `?when=` how its time is chosen. */
export default function PushNowPage() {
  const { id } = useParams<{ id: string }>()
  const [params] = useSearchParams()
  const when = params.get('when')
  // Not the query of the form, which keeps what it was: here it is to be as it is now.
  const query = useQuery({
    queryKey: ['notifications', Number(id), 'to push'],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/notifications/{notification}', {
          params: { path: { notification: Number(id) } },
          signal,
        }),
      ),
    gcTime: 0,
  })
  return (
    <Loaded
      query={query}
      head={
        <PageHeader title="Push" parent={{ href: `/notifications/${id}`, label: `Notification ${id}` }} />
      }
    >
      {(notification) => (
        <PushNow
          key={id}
          notification={notification}
          device={Number(params.get('device')) || undefined}
          when={kinds.includes(when) ? (when as Timing['kind']) : 'now'}
        />
      )}
    </Loaded>
  )
}

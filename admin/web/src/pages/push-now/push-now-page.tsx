import { useParams, useSearchParams } from 'wouter'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
import { useNotification } from '../notifications/stored-notification'
import { PushNow } from './push-now'
import type { Timing } from './timing'

const kinds: readonly (string | null)[] = ['at', 'local', 'cron']

/** Pushes a stored notification. `?device=` is the id of a device that it is meant for, `?when=` how its time is chosen. */
export default function PushNowPage() {
  const { id } = useParams<{ id: string }>()
  const [params] = useSearchParams()
  const when = params.get('when')
  const query = useNotification(Number(id))
  return (
    <Loaded
      query={query}
      head={
        <PageHeader title="Push" parent={{ href: `/notifications/${id}`, label: `Notification ${id}` }} />
      }
    >
      {({ data }) => (
        <PushNow
          key={id}
          notification={data}
          device={Number(params.get('device')) || undefined}
          when={kinds.includes(when) ? (when as Timing['kind']) : 'now'}
        />
      )}
    </Loaded>
  )
}

import { useQuery } from '@tanstack/react-query'
import { useParams, useSearchParams } from 'wouter'
import { api, take } from '../../api/client'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
import { WithServices } from '../../components/with-services'
import { draftOf, emptyDraft } from './draft'
import { NotificationEditor } from './notification-editor'
import { useNotification } from './stored-notification'

/** Composes a notification: a new one, or one that is stored. `?device=` is the id of a device that it is meant for. */
export default function NotificationPage() {
  const { id } = useParams<{ id?: string }>()
  const [params] = useSearchParams()
  const device = Number(params.get('device')) || undefined
  return id === undefined ? (
    <NewNotification device={device} />
  ) : (
    <StoredNotification key={id} id={Number(id)} device={device} />
  )
}

function NewNotification({ device }: { device: number | undefined }) {
  const of = useQuery({
    queryKey: ['devices', device, 'service'],
    queryFn: async ({ signal }) => {
      if (device === undefined) return null
      return (await take(api.GET('/api/v1/devices/{device}', { params: { path: { device } }, signal })))
        .service
    },
  })
  const header = <PageHeader title="New notification" parent={parent} />
  return (
    <WithServices about="A notification is pushed through a service" header={header}>
      {(only) => (
        <Loaded query={of} head={header}>
          {(service) => (
            <NotificationEditor initial={{ ...emptyDraft, service: service ?? only }} device={device} />
          )}
        </Loaded>
      )}
    </WithServices>
  )
}

function StoredNotification({ id, device }: { id: number; device: number | undefined }) {
  const query = useNotification(id)
  return (
    <Loaded query={query} head={<PageHeader title={`Notification ${id}`} parent={parent} />}>
      {(stored) => <NotificationEditor initial={draftOf(stored.data)} stored={stored} device={device} />}
    </Loaded>
  )
}

const parent = { href: '/notifications', label: 'Notifications' }

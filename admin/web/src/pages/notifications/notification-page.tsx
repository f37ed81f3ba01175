import { Button, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams, useSearchParams } from 'wouter'
import { api, take } from '../../api/client'
import { useServices } from '../../api/services'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
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
  const services = useServices()
  const of = useQuery({
    queryKey: ['devices', device, 'service'],
    queryFn: async ({ signal }) => {
      if (device === undefined) return null
      return (await take(api.GET('/api/v1/devices/{device}', { params: { path: { device } }, signal })))
        .service
    },
  })
  return (
    <Loaded query={services}>
      {(all) => (
        <Loaded query={of}>
          {(service) =>
            all.length === 0 ? (
              <>
                <PageHeader title="New notification" parent={parent} />
                <Text mb="md">A notification is pushed through a service, and there is none yet.</Text>
                <Button component={Link} href="/services/new">
                  Add a service
                </Button>
              </>
            ) : (
              <NotificationEditor
                initial={{ ...emptyDraft, service: service ?? (all.length === 1 ? all[0]!.id : null) }}
                device={device}
              />
            )
          }
        </Loaded>
      )}
    </Loaded>
  )
}

function StoredNotification({ id, device }: { id: number; device: number | undefined }) {
  const query = useNotification(id)
  return (
    <Loaded query={query}>
      {(stored) => <NotificationEditor initial={draftOf(stored.data)} stored={stored} device={device} />}
    </Loaded>
  )
}

const parent = { href: '/notifications', label: 'Notifications' }

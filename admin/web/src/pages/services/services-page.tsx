import { Anchor, Button, Text } from '@mantine/core'
import { Link } from 'wouter'
import { api, type Schemas, take } from '../../api/client'
import { PAGE_SIZE } from '../../api/queries'
import { Expiry } from '../../components/expiry'
import { PageHeader } from '../../components/page-header'
import { ResourceTable } from '../../components/resource-table'
import { usePages } from '../../components/use-pages'

/** The list of services. */
export default function ServicesPage() {
  const pages = usePages(['services'], (after, signal) =>
    take(
      api.GET('/api/v1/services', {
        params: { query: { limit: PAGE_SIZE, ...(after !== undefined && { after }) } },
        signal,
      }),
    ),
  )
  const add = (
    <Button component={Link} href="/services/new">
      Add a service
    </Button>
  )
  return (
    <>
      <PageHeader
        title="Services"
        about="A service is an app in one environment of Apple’s, with the credential for it."
        actions={add}
      />
      <ResourceTable
        name="services"
        pages={pages}
        columns={[
          {
            accessor: 'name',
            render: ({ id, name }) => (
              <Anchor component={Link} href={`/services/${id}`} size="sm">
                {name}
              </Anchor>
            ),
          },
          { accessor: 'hostname', title: 'Host name', render: (service) => <HostName {...service} /> },
          { accessor: 'topic' },
          { accessor: 'authentication', render: ({ authentication }) => authentication },
          {
            accessor: 'certificateInfo',
            title: 'Certificate expires',
            render: ({ certificateInfo }) => <Expiry at={certificateInfo?.expiresAt} />,
          },
        ]}
        empty={
          <>
            <Text>There is no service yet. Nothing can be pushed without one.</Text>
            {add}
          </>
        }
      />
    </>
  )
}

function HostName({ hostname, connectsTo }: Schemas['Service']) {
  return (
    <>
      {hostname}
      {hostname !== connectsTo && (
        <Text size="xs" c="dimmed">
          means {connectsTo} now
        </Text>
      )}
    </>
  )
}

import { Anchor, Button, Text } from '@mantine/core'
import { Link } from 'wouter'
import { api, take } from '../../api/client'
import { PAGE_SIZE } from '../../api/queries'
import { useServiceName } from '../../api/services'
import { PageHeader } from '../../components/page-header'
import { ResourceTable } from '../../components/resource-table'
import { usePages } from '../../components/use-pages'
import { CallButton } from './call-button'
import { FeedbackTabs } from './feedback-tabs'

/** The list of feedback services. */
export default function FeedbackServicesPage() {
  const serviceName = useServiceName()
  const pages = usePages(['feedback-services'], (after, signal) =>
    take(
      api.GET('/api/v1/feedback-services', {
        params: { query: { limit: PAGE_SIZE, ...(after !== undefined && { after }) } },
        signal,
      }),
    ),
  )
  const add = (
    <Button component={Link} href="/feedback-services/new">
      Add a feedback service
    </Button>
  )
  return (
    <>
      <PageHeader
        title="Feedback services"
        about="Calling one deactivates the devices of its service whose tokens Apple has called dead."
        actions={add}
      />
      <FeedbackTabs />
      <ResourceTable
        name="feedback services"
        pages={pages}
        columns={[
          {
            accessor: 'name',
            render: ({ id, name }) => (
              <Anchor component={Link} href={`/feedback-services/${id}`} size="sm">
                {name}
              </Anchor>
            ),
          },
          { accessor: 'hostname', title: 'Host name' },
          {
            accessor: 'service',
            render: ({ service }) => (
              <Anchor component={Link} href={`/services/${service}`} size="sm">
                {serviceName(service)}
              </Anchor>
            ),
          },
          {
            accessor: 'call',
            title: '',
            textAlign: 'right',
            render: (feedbackService) => <CallButton feedbackService={feedbackService} />,
          },
        ]}
        empty={
          <>
            <Text maw={520} ta="center">
              There is no feedback service yet. One is needed only for a service that notes dead tokens
              instead of deactivating their devices at once.
            </Text>
            {add}
          </>
        }
      />
    </>
  )
}

import { Anchor, Badge, Button, Card, Code, Grid, Group, Stack, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link, useParams } from 'wouter'
import { api, type Schemas, take } from '../../api/client'
import { useServiceName } from '../../api/services'
import { useMay } from '../../api/session'
import { Copy } from '../../components/copy'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
import { Time } from '../../components/time'
import { useGo } from '../../components/use-go'
import { useUserNames } from '../../components/user-select'
import { deactivate, reactivate, remove } from './device-changes'
import { DeviceActivity, shortToken } from './device-parts'
import { DeviceTimeline, useTimeline } from './device-timeline'
import { DeviceVerdict } from './device-verdict'

type Device = Schemas['Device']

/** A device: all that is known of it, and what happened to it. */
export default function DevicePage() {
  const id = Number(useParams<{ id: string }>().id)
  const query = useQuery({
    queryKey: ['devices', id],
    queryFn: ({ signal }) =>
      take(api.GET('/api/v1/devices/{device}', { params: { path: { device: id } }, signal })),
  })
  const timeline = useTimeline(id)
  const { data: device } = query
  return (
    <>
      <PageHeader
        title={`Device ${id}`}
        parent={{ href: '/devices', label: 'Devices' }}
        about={device && <span className="mono">{shortToken(device.token)}</span>}
        actions={device && <Actions device={device} />}
      />
      <Loaded query={query}>
        {(device) => (
          <Stack>
            <DeviceVerdict device={device} entries={timeline.data} />
            <Grid gap="md">
              <Grid.Col span={{ base: 12, lg: 6 }}>
                <DeviceTimeline timeline={timeline} />
              </Grid.Col>
              <Grid.Col span={{ base: 12, lg: 6 }}>
                <Details device={device} />
              </Grid.Col>
            </Grid>
          </Stack>
        )}
      </Loaded>
    </>
  )
}

function Actions({ device }: { device: Device }) {
  const go = useGo()
  const mayPush = useMay('push')
  return (
    <>
      {mayPush && device.isActive && (
        <Button component={Link} href={`/notifications/new?device=${device.id}`}>
          Send a test
        </Button>
      )}
      <Button component={Link} href={`/devices/${device.id}/edit`} variant="default">
        Edit
      </Button>
      {device.isActive ? (
        <Button variant="default" onClick={() => void deactivate([device])}>
          Deactivate
        </Button>
      ) : (
        <Button variant="default" onClick={() => void reactivate([device])}>
          Reactivate
        </Button>
      )}
      <Button
        variant="outline"
        color="red"
        onClick={async () => {
          if (await remove([device])) go('/devices')
        }}
      >
        Delete
      </Button>
    </>
  )
}

function Details({ device }: { device: Device }) {
  const serviceName = useServiceName()
  const userName = useUserNames(device.users)
  const rows: [string, ReactNode][] = [
    [
      'Token',
      <Group key="token" gap={4} wrap="nowrap">
        <Text size="sm" className="mono">
          {device.token}
        </Text>
        <Copy text={device.token} what="token" />
      </Group>,
    ],
    [
      'Service',
      <Anchor key="service" component={Link} href={`/services/${device.service}`} size="sm">
        {serviceName(device.service)}
      </Anchor>,
    ],
    ['Active', <DeviceActivity key="active" device={device} />],
    [
      'Users',
      device.users.length > 0 && (
        <Group key="users" gap="xs">
          {device.users.map((user) => (
            <Anchor key={user} component={Link} href={`/users/${user}`} size="sm">
              {userName(user)}
            </Anchor>
          ))}
        </Group>
      ),
    ],
    ['Platform', device.platform],
    ['Display', device.display],
    ['OS version', device.osVersion],
    ['App version', device.appVersion],
    ['Locale', device.locale],
    ['Time zone', device.timeZone],
    [
      'Tags',
      device.tags.length > 0 && (
        <Group key="tags" gap={4}>
          {device.tags.map((tag) => (
            <Badge key={tag} variant="default" tt="none">
              {tag}
            </Badge>
          ))}
        </Group>
      ),
    ],
    ['Added', <Time key="added" at={device.addedAt} />],
    ['Last registered', <Time key="registered" at={device.registeredAt} />],
    ['Last notified', <Time key="notified" at={device.lastNotifiedAt} />],
    ['Deactivated', <Time key="deactivated" at={device.deactivatedAt} />],
  ]
  const hasAttributes = Object.keys(device.attributes).length > 0
  const activityTokens = [
    ...device.pushToStartTokens.map(({ attributesType, token }) => ({
      name: `starts ${attributesType}`,
      token,
    })),
    ...device.liveActivities.map(({ activityId, token }) => ({ name: `updates ${activityId}`, token })),
  ]
  return (
    <Card withBorder padding="sm">
      <Title order={2} size="h4" mb="xs">
        What is known of it
      </Title>
      <Table
        layout="fixed"
        verticalSpacing={6}
        horizontalSpacing={0}
        variant="vertical"
        withRowBorders={false}
      >
        <Table.Tbody>
          {rows.map(([label, value]) => (
            <Table.Tr key={label}>
              <Table.Th w={120} c="dimmed" fw={400} bg="transparent">
                {label}
              </Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                {value || (
                  <Text c="dimmed" span inherit>
                    –
                  </Text>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {hasAttributes && (
        <>
          <Title order={3} size="h5" mt="sm" mb={4}>
            Attributes
          </Title>
          <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {JSON.stringify(device.attributes, null, 2)}
          </Code>
        </>
      )}
      {activityTokens.length > 0 && (
        <>
          <Title order={3} size="h5" mt="sm" mb={4}>
            Tokens of Live Activities
          </Title>
          {activityTokens.map(({ name, token }) => (
            <Group key={name} gap="xs" wrap="nowrap">
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {name}
              </Text>
              <Text size="sm" className="mono" title={token} style={{ whiteSpace: 'nowrap' }}>
                {shortToken(token)}
              </Text>
              <Copy text={token} what={`token that ${name}`} />
            </Group>
          ))}
        </>
      )}
    </Card>
  )
}

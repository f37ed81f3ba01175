import { Anchor, Button, Stack, Text, Title } from '@mantine/core'
import { Link, useParams } from 'wouter'
import { api, type Schemas, take, takeTagged } from '../../api/client'
import { PAGE_SIZE, queryClient } from '../../api/queries'
import { useServiceName } from '../../api/services'
import { useMay, useSession } from '../../api/session'
import { runAction, tell } from '../../components/action'
import { confirmed } from '../../components/confirm'
import { ifMatch, useEdited } from '../../components/edited'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
import { ResourceTable } from '../../components/resource-table'
import { Time } from '../../components/time'
import { useGo } from '../../components/use-go'
import { usePages } from '../../components/use-pages'
import { DeviceLink } from '../devices/device-parts'
import { PasswordForm } from './password-form'
import { UserFacts } from './user-facts'
import { UserForm } from './user-form'

/** A user: to be changed and deleted, with a password to be set, by superusers; and the devices. */
export default function UserPage() {
  const id = Number(useParams()['id'])
  const session = useSession()
  const isMyself = session.user === id
  const mayChange = useMay('admin')
  const params = { path: { user: id } }
  const { query, formKey, reload, saved } = useEdited(['users', id], (signal) =>
    takeTagged(api.GET('/api/v1/users/{user}', { params, signal })),
  )
  const user = query.data?.data
  return (
    <>
      <PageHeader
        title={user?.username ?? 'User'}
        parent={{ href: '/users', label: 'Users' }}
        about={user && (isMyself ? 'This is you.' : <>Number {id} for the API and the command line.</>)}
        actions={user && mayChange && <DeleteButton user={user} isMyself={isMyself} />}
      />
      <Loaded query={query}>
        {({ data, etag }) => (
          <Stack gap="xl">
            {mayChange ? (
              <UserForm
                key={formKey}
                user={data}
                reload={() => void reload()}
                {...(isMyself && { isSure: (values) => isSureOfLess(data, values) })}
                save={async ({ password: _, ...body }) => {
                  const answer = await take(
                    api.PATCH('/api/v1/users/{user}', { params, body, headers: ifMatch(etag) }),
                  )
                  await queryClient.invalidateQueries({ queryKey: ['users'] })
                  if (isMyself) await queryClient.invalidateQueries({ queryKey: ['session'] })
                  tell(`The user ${body.username} is saved.`)
                  return await saved(answer)
                }}
              />
            ) : (
              <UserFacts user={data} />
            )}
            {(mayChange || isMyself) && (
              <section>
                <Title order={2} size="h4" mb="xs">
                  Password
                </Title>
                {isMyself ? <OwnPassword /> : <PasswordForm user={data} />}
              </section>
            )}
            <section>
              <Title order={2} size="h4" mb="xs">
                Devices
              </Title>
              <Devices user={id} />
            </section>
          </Stack>
        )}
      </Loaded>
    </>
  )
}

function OwnPassword() {
  return (
    <Text size="sm">
      You change your own password under{' '}
      <Anchor component={Link} href="/account" size="sm">
        Password and sessions
      </Anchor>
      .
    </Text>
  )
}

/** Whoever takes something from themselves may not be able to take it back. */
async function isSureOfLess(before: Schemas['User'], after: Schemas['UserChange']): Promise<boolean> {
  const isLess =
    (before.isActive && !after.isActive) ||
    (before.isSuperuser && !after.isSuperuser) ||
    (before.isStaff && !after.isStaff && !after.isSuperuser)
  if (!isLess) return true
  return await confirmed({
    title: 'Take this from yourself?',
    about:
      after.isActive && (after.isStaff || after.isSuperuser)
        ? 'You will not be able to change users any more, and so not to take this back. Another superuser can, or the command line.'
        : 'You will be signed out, and not be able to sign in again. Another superuser can give it back, or the command line.',
    action: 'Take it from me',
    isDangerous: true,
  })
}

function Devices({ user }: { user: number }) {
  const serviceName = useServiceName()
  const pages = usePages(['users', user, 'devices'], (after, signal) =>
    take(
      api.GET('/api/v1/users/{user}/devices', {
        params: { path: { user }, query: { limit: PAGE_SIZE, ...(after !== undefined && { after }) } },
        signal,
      }),
    ),
  )
  return (
    <ResourceTable
      name="devices of this user"
      pages={pages}
      columns={[
        {
          accessor: 'token',
          render: (device) => <DeviceLink device={device} />,
        },
        { accessor: 'service', render: ({ service }) => serviceName(service) },
        { accessor: 'platform' },
        { accessor: 'osVersion', title: 'OS version' },
        { accessor: 'isActive', title: 'Active', render: ({ isActive }) => (isActive ? 'yes' : 'no') },
        {
          accessor: 'lastNotifiedAt',
          title: 'Last notified',
          render: ({ lastNotifiedAt }) => <Time at={lastNotifiedAt} />,
        },
      ]}
      empty={
        <Text size="sm" c="dimmed">
          The user has no device. A device is given to users on its own page, or by the app’s backend.
        </Text>
      }
    />
  )
}

function DeleteButton({ user: { id, username }, isMyself }: { user: Schemas['User']; isMyself: boolean }) {
  const go = useGo()
  const remove = async () => {
    const isSure = await confirmed({
      title: isMyself ? 'Delete yourself?' : `Delete the user ${username}?`,
      about: `Sessions and API tokens of ${isMyself ? 'yours' : 'this user'} go, too; devices stay, without a user. This can not be undone.`,
      action: 'Delete the user',
      isDangerous: true,
    })
    if (!isSure) return
    const isDone = await runAction(
      () => take(api.DELETE('/api/v1/users/{user}', { params: { path: { user: id } } })),
      `The user ${username} is deleted.`,
    )
    if (!isDone) return
    go('/users')
    await queryClient.invalidateQueries()
  }
  return (
    <Button variant="outline" color="red" onClick={() => void remove()}>
      Delete
    </Button>
  )
}

import { Button, Stack, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { api, take } from '../../api/client'
import { PAGE_SIZE, queryClient } from '../../api/queries'
import { changePassword, useSession } from '../../api/session'
import { runAction, tell } from '../../components/action'
import { browserText } from '../../components/browser-text'
import { showFaults } from '../../components/form-faults'
import { useKeptFocus } from '../../components/kept-focus'
import { PageHeader } from '../../components/page-header'
import { PasswordField } from '../../components/password-field'
import { ResourceTable } from '../../components/resource-table'
import { Time } from '../../components/time'
import { useUnsavedGuard } from '../../components/unsaved'
import { usePages } from '../../components/use-pages'

/** What belongs to who is signed in: the password, and the sessions. */
export default function AccountPage() {
  const { name, scopes } = useSession()
  return (
    <>
      <PageHeader
        title="Password and sessions"
        about={`You are ${name}. You may use: ${scopes.join(', ')}.`}
      />
      <Stack gap="xl">
        <section>
          <Title order={2} size="h4" mb="xs">
            Change the password
          </Title>
          <OwnPassword />
        </section>
        <section>
          <Title order={2} size="h4">
            Sessions
          </Title>
          <Text size="sm" c="dimmed" mb="xs">
            Browsers in which you are signed in. A session ends 12 hours after its last use, and after 7 days.
          </Text>
          <Sessions />
        </section>
      </Stack>
    </>
  )
}

function OwnPassword() {
  const form = useForm({
    initialValues: { current: '', password: '', again: '' },
    validate: {
      again: (again, { password }) => (again === password ? null : 'This is not the new password.'),
    },
  })
  const saving = useMutation({
    mutationFn: ({ current, password }: typeof form.values) => changePassword({ current, password }),
    onSuccess: () => {
      form.reset()
      tell('Your password is changed. Your other sessions have ended.')
    },
    onError: (error) => showFaults(form, error),
  })
  useUnsavedGuard(form.isDirty())
  useKeptFocus(saving.isPending)
  return (
    <form onSubmit={form.onSubmit((values) => saving.mutate(values))}>
      <Stack maw={560} gap="sm" align="flex-start">
        <PasswordField
          w="100%"
          label="Present password"
          required
          autoComplete="current-password"
          {...form.getInputProps('current')}
        />
        <PasswordField
          w="100%"
          label="New password"
          description="At least 8 characters. Your other sessions end with it."
          required
          minLength={8}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <PasswordField
          w="100%"
          label="New password once more"
          required
          autoComplete="new-password"
          {...form.getInputProps('again')}
        />
        <Button type="submit" loading={saving.isPending}>
          Change the password
        </Button>
      </Stack>
    </form>
  )
}

function Sessions() {
  const pages = usePages(['sessions'], (after, signal) =>
    take(
      api.GET('/api/v1/sessions', {
        params: { query: { limit: PAGE_SIZE, ...(after !== undefined && { after }) } },
        signal,
      }),
    ),
  )
  return (
    <ResourceTable
      name="sessions"
      pages={pages}
      columns={[
        {
          accessor: 'userAgent',
          title: 'Browser',
          render: ({ userAgent }) => (
            <Text size="sm" lineClamp={2} miw={130} maw={360} title={userAgent}>
              {browserText(userAgent)}
            </Text>
          ),
        },
        { accessor: 'address' },
        { accessor: 'createdAt', title: 'Signed in', render: ({ createdAt }) => <Time at={createdAt} /> },
        {
          accessor: 'lastSeenAt',
          title: 'Last used',
          render: ({ lastSeenAt }) => <Time at={lastSeenAt} ago />,
        },
        { accessor: 'endsAt', title: 'Ends', render: ({ endsAt }) => <Time at={endsAt} /> },
        {
          accessor: 'end',
          title: '',
          textAlign: 'right',
          render: ({ id, isCurrent, address }) =>
            isCurrent ? (
              'this one'
            ) : (
              <Button
                size="xs"
                variant="default"
                aria-label={`End the session from ${address}`}
                onClick={() => void end(id)}
              >
                End
              </Button>
            ),
        },
      ]}
      empty={<Text>There is no session.</Text>}
    />
  )
}

async function end(session: number): Promise<void> {
  await runAction(
    () => take(api.DELETE('/api/v1/sessions/{session}', { params: { path: { session } } })),
    'The session has ended.',
  )
  await queryClient.invalidateQueries({ queryKey: ['sessions'] })
}

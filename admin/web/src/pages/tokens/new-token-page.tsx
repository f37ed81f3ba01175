import { Alert, Button, Checkbox, Code, Group, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { api, take } from '../../api/client'
import { queryClient } from '../../api/queries'
import type { Session } from '../../api/session'
import { Copy } from '../../components/copy'
import { FormButtons } from '../../components/form-buttons'
import { showFaults } from '../../components/form-faults'
import { PageHeader } from '../../components/page-header'
import { SuperusersOnly } from '../../components/superusers-only'
import { useUnsavedGuard } from '../../components/unsaved'
import { useGo } from '../../components/use-go'

type Scope = Session['scopes'][number]

const DAY_MS = 86_400_000

/** What each scope is for. */
const scopes: [Scope, string][] = [
  [
    'devices:register',
    'Register devices, and nothing else: enough for an app’s backend that only passes tokens on.',
  ],
  ['devices', 'Read and change devices, and the feedback ledger.'],
  ['push', 'Compose, push, schedule, and see what came of it.'],
  ['services', 'Change services and their credentials, and feedback services.'],
  ['admin', 'Users, API tokens and the audit log.'],
]

/** Makes an API token and shows its secret, once. */
export default function NewTokenPage() {
  return (
    <SuperusersOnly title="Make a token">
      <NewToken />
    </SuperusersOnly>
  )
}

function NewToken() {
  const form = useForm({ initialValues: { name: '', scopes: [] as Scope[], days: '365' } })
  const making = useMutation({
    mutationFn: ({ name, scopes, days }: typeof form.values) => {
      const expiresAt = days === '' ? null : new Date(Date.now() + Number(days) * DAY_MS).toISOString()
      return take(api.POST('/api/v1/tokens', { body: { name, scopes, expiresAt } }))
    },
    // The secret is shown on this page and forgotten with it.
    gcTime: 0,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['tokens'] }),
    onError: (error) => showFaults(form, error),
  })
  useUnsavedGuard(form.isDirty() && making.data === undefined)
  const submit = (values: typeof form.values) => {
    if (values.scopes.length === 0) form.setFieldError('scopes', 'A token without a scope can do nothing.')
    else making.mutate(values)
  }
  return (
    <>
      <PageHeader title="Make a token" parent={{ href: '/tokens', label: 'API tokens' }} />
      {making.data ? (
        <Made {...making.data} />
      ) : (
        <form onSubmit={form.onSubmit(submit)}>
          <Stack maw={640} inert={making.isPending}>
            <TextInput
              label="Name"
              description="What it is for, such as the program that uses it."
              required
              maxLength={150}
              autoComplete="off"
              {...form.getInputProps('name')}
            />
            <Checkbox.Group
              label="Scopes"
              description="What the token may be used for. It never does more than you may yourself."
              withAsterisk
              {...form.getInputProps('scopes')}
            >
              <Stack gap="xs" mt="xs">
                {scopes.map(([scope, about]) => (
                  <Checkbox key={scope} value={scope} label={scope} description={about} />
                ))}
              </Stack>
            </Checkbox.Group>
            <Select
              label="Ends"
              description="It can be revoked at any time before."
              data={[
                { value: '30', label: 'in 30 days' },
                { value: '90', label: 'in 90 days' },
                { value: '365', label: 'in a year' },
                { value: '', label: 'never' },
              ]}
              allowDeselect={false}
              {...form.getInputProps('days')}
            />
            <Alert color="blue" title="It is yours">
              The token does nothing while you are inactive, and goes when you are deleted. For one that
              belongs to nobody use the command line:{' '}
              <Code>ios-notifications token create NAME --scope push</Code>
            </Alert>
            <FormButtons action="Make the token" isBusy={making.isPending} back="/tokens" />
          </Stack>
        </form>
      )}
    </>
  )
}

const notCopied = {
  title: 'Leave without the token?',
  about:
    'It is shown on this page and nowhere else. If you have not copied it, you have to make another one.',
}

function Made({ name, secret }: { name: string; secret: string }) {
  const go = useGo()
  useUnsavedGuard(true, notCopied)
  const request = `curl -H 'Authorization: Bearer ${secret}' ${window.location.origin}/api/v1/session`
  return (
    <Stack maw={640} gap="sm">
      <Alert color="green" title={`The token ${name} is made`} role="status">
        Copy it now: it is shown here and nowhere else.
      </Alert>
      <TextInput
        label="Token"
        readOnly
        classNames={{ input: 'mono' }}
        value={secret}
        onFocus={({ currentTarget }) => currentTarget.select()}
        rightSection={<Copy text={secret} what="token" />}
      />
      <Text size="sm">It goes with every request, such as:</Text>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Code
          block
          className="mono"
          tabIndex={0}
          flex={1}
          style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}
        >
          {request}
        </Code>
        <Copy text={request} what="request" />
      </Group>
      <Group>
        <Button onClick={() => go('/tokens')}>I have copied it</Button>
      </Group>
    </Stack>
  )
}

import { Alert, Button, Center, Code, Paper, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { api, take } from '../api/client'
import { signIn } from '../api/session'
import { PasswordField } from '../components/password-field'
import { ServerHealth } from '../components/server-health'

/** How often it is looked whether there is somebody who can sign in by now. */
const SETUP_MS = 2_000

/** Who are you? Where there is nobody who can sign in yet, what makes somebody. `hasEnded`: a session was there, with a page behind this one. */
export function SignInPage({ hasEnded }: { hasEnded: boolean }) {
  const { data: setup } = useQuery({
    queryKey: ['setup'],
    queryFn: ({ signal }) => take(api.GET('/api/v1/setup', { signal })),
    refetchInterval: ({ state }) => (state.data?.hasStaff === false ? SETUP_MS : false),
  })
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w={setup?.hasStaff === false ? 620 : 380} maw="100%">
        <Stack>
          <Title order={1} size="h3">
            ios-notifications
          </Title>
          <ServerHealth />
          {hasEnded && <Text role="status">Your session has ended. Sign in to go on where you were.</Text>}
          {setup?.hasStaff === false ? <FirstUser /> : <SignInForm />}
        </Stack>
      </Paper>
    </Center>
  )
}

function FirstUser() {
  return (
    <>
      <Text>There is nobody yet who can sign in. Make a user on the server’s command line:</Text>
      <Code block className="mono" tabIndex={0}>
        npx ios-notifications user create NAME --staff --superuser
      </Code>
      <Text size="sm" c="dimmed">
        It asks for a password. In the directory of its configuration it finds the same database as the server
        does; otherwise name it with --database. This page goes on by itself as soon as the user is there.
      </Text>
      <Text size="sm" role="status">
        Waiting for a user …
      </Text>
    </>
  )
}

/** What is wrong, for somebody who looks up no codes. */
function sentenceOf({ message }: Error): string {
  const sentence = `${message.charAt(0).toUpperCase()}${message.slice(1)}`
  return sentence.endsWith('.') ? sentence : `${sentence}.`
}

function SignInForm() {
  const form = useForm({ mode: 'uncontrolled', initialValues: { username: '', password: '' } })
  const attempt = useMutation({ mutationFn: signIn })
  useEffect(() => {
    document.title = 'Sign in · ios-notifications'
  }, [])
  return (
    <form onSubmit={form.onSubmit((values) => attempt.mutate(values))}>
      <Stack>
        {attempt.error && (
          <Alert color="red" role="alert">
            {sentenceOf(attempt.error)}
          </Alert>
        )}
        <TextInput
          label="User name"
          required
          autoFocus
          autoComplete="username"
          key={form.key('username')}
          {...form.getInputProps('username')}
        />
        <PasswordField
          label="Password"
          required
          autoComplete="current-password"
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={attempt.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  )
}

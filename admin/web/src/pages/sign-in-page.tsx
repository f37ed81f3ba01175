import { Alert, Button, Center, Paper, PasswordInput, Stack, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useEffect } from 'react'
import { signIn } from '../api/session'
import { faultText } from '../components/action'

/** Who are you? */
export function SignInPage() {
  const form = useForm({ mode: 'uncontrolled', initialValues: { username: '', password: '' } })
  const attempt = useMutation({ mutationFn: signIn })
  useEffect(() => {
    document.title = 'Sign in · ios-notifications'
  }, [])
  return (
    <Center mih="100vh" p="md" component="main">
      <Paper withBorder p="xl" w={380} maw="100%">
        <form onSubmit={form.onSubmit((values) => attempt.mutate(values))}>
          <Stack>
            <Title order={1} size="h3">
              ios-notifications
            </Title>
            {attempt.error && (
              <Alert color="red" role="alert">
                {faultText(attempt.error)}
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
            <PasswordInput
              label="Password"
              required
              autoComplete="current-password"
              visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
              key={form.key('password')}
              {...form.getInputProps('password')}
            />
            <Button type="submit" loading={attempt.isPending}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}

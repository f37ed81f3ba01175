import { Button, Stack } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { api, type Schemas, take } from '../../api/client'
import { tell } from '../../components/action'
import { showFaults } from '../../components/form-faults'
import { useKeptFocus } from '../../components/kept-focus'
import { PasswordField } from '../../components/password-field'
import { useUnsavedGuard } from '../../components/unsaved'

/** Gives a user another password. */
export function PasswordForm({ user: { id, username } }: { user: Schemas['User'] }) {
  const form = useForm({ initialValues: { password: '' } })
  const saving = useMutation({
    mutationFn: (body: { password: string }) =>
      take(api.PUT('/api/v1/users/{user}/password', { params: { path: { user: id } }, body })),
    onSuccess: () => {
      form.reset()
      tell(`The password of ${username} is set.`)
    },
    onError: (error) => showFaults(form, error),
  })
  useUnsavedGuard(form.isDirty())
  useKeptFocus(saving.isPending)
  return (
    <form onSubmit={form.onSubmit((values) => saving.mutate(values))}>
      <Stack maw={560} align="flex-start" gap="sm">
        <PasswordField
          w="100%"
          label="New password"
          description="At least 8 characters. Sessions of the user end with it."
          required
          minLength={8}
          autoComplete="new-password"
          {...form.getInputProps('password')}
        />
        <Button type="submit" variant="default" loading={saving.isPending}>
          Set the password
        </Button>
      </Stack>
    </form>
  )
}

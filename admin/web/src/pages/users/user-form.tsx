import { Checkbox, Fieldset, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import type { Schemas } from '../../api/client'
import { isOutdated, Outdated } from '../../components/edited'
import { FormButtons } from '../../components/form-buttons'
import { showFaults } from '../../components/form-faults'
import { PasswordField } from '../../components/password-field'
import { useUnsavedGuard } from '../../components/unsaved'

interface UserFormProps {
  /** The user as it is; absent: a new one is made. */
  user?: Schemas['User']
  /** Saves it, and brings it as it is then. The password is empty where none was given. */
  save: (values: Required<Schemas['UserInput']>) => Promise<Schemas['User']>
  /** Asks before it is saved, where something is to be asked. */
  isSure?: (values: Schemas['UserChange']) => Promise<boolean>
  /** Loads the user anew, when somebody else has changed it. */
  reload?: () => void
}

function valuesOf(user: Schemas['User'] | undefined) {
  return {
    username: user?.username ?? '',
    email: user?.email ?? '',
    password: '',
    isActive: user?.isActive ?? true,
    isStaff: user?.isStaff ?? false,
    isSuperuser: user?.isSuperuser ?? false,
  }
}

/** The form of a user. */
export function UserForm({ user, save, isSure = async () => true, reload = () => {} }: UserFormProps) {
  const form = useForm({ initialValues: valuesOf(user) })
  const saving = useMutation({
    mutationFn: save,
    onSuccess: (saved) => {
      form.setValues(valuesOf(saved))
      form.resetDirty()
    },
    onError: (error) => {
      if (!isOutdated(error)) showFaults(form, error)
    },
  })
  useUnsavedGuard(form.isDirty())
  const submit = async (values: typeof form.values) => {
    if (await isSure(values)) saving.mutate(values)
  }
  return (
    <form onSubmit={form.onSubmit((values) => void submit(values))}>
      <Stack maw={560} inert={saving.isPending}>
        <Outdated error={saving.error} reload={reload} />
        <TextInput
          label="User name"
          description="Unique, and without a colon."
          required
          maxLength={150}
          autoComplete="off"
          {...form.getInputProps('username')}
        />
        <TextInput
          label="Email"
          description="For your own use; nothing is sent there."
          maxLength={254}
          autoComplete="off"
          {...form.getInputProps('email')}
        />
        {user === undefined && (
          <PasswordField
            label="Password"
            description="At least 8 characters. Empty: the user can not sign in, and only has devices."
            minLength={8}
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
        )}
        <Fieldset legend="What the user may do">
          <Stack gap="sm">
            <Checkbox
              label="Active"
              description="May sign in. Without it sessions end, and tokens of the user do nothing."
              {...form.getInputProps('isActive', { type: 'checkbox' })}
            />
            <Checkbox
              label="Staff"
              description="May use this admin and the API for services, devices and pushes."
              {...form.getInputProps('isStaff', { type: 'checkbox' })}
            />
            <Checkbox
              label="Superuser"
              description="May do everything, users, API tokens and the audit log among it."
              {...form.getInputProps('isSuperuser', { type: 'checkbox' })}
            />
          </Stack>
        </Fieldset>
        <FormButtons
          isBusy={saving.isPending}
          back="/users"
          {...(user && { backLabel: 'Back to the list' })}
        />
      </Stack>
    </form>
  )
}

import {
  Alert,
  Autocomplete,
  Fieldset,
  Group,
  NumberInput,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { IconInfoCircle } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import type { Schemas } from '../../api/client'
import { isOutdated, Outdated } from '../../components/edited'
import { FileTextarea } from '../../components/file-field'
import { FormButtons } from '../../components/form-buttons'
import { atField, showFaults } from '../../components/form-faults'
import { goToFaultSoon } from '../../components/kept-focus'
import { useUnsavedGuard } from '../../components/unsaved'
import { CredentialFields } from './credential-fields'
import { bodyOf, fieldNames, type ServiceValues, valuesOf } from './service-values'
import { useInspection } from './use-inspection'

interface ServiceFormProps {
  /** The service as it is; absent: a new one is made. */
  service?: Schemas['Service']
  /** Saves it, and brings it as it is then. */
  save: (body: ReturnType<typeof bodyOf>) => Promise<Schemas['Service']>
  /** Loads the service anew, when somebody else has changed it. */
  reload?: () => void
}

/** The form of a service. What is typed is looked at by the server, so that faults show before it is saved. */
export function ServiceForm({ service, save, reload = () => {} }: ServiceFormProps) {
  const form = useForm<ServiceValues>({ initialValues: valuesOf(service) })
  const inspection = useInspection(form.values, service?.id)
  const saving = useMutation({
    mutationFn: (values: ServiceValues) => save(bodyOf(values)),
    onSuccess: (saved) => {
      // Without what is secret: it is stored.
      form.setValues(valuesOf(saved))
      form.resetDirty()
    },
    onError: (error) => {
      if (!isOutdated(error)) showFaults(form, error, fieldNames)
    },
  })
  useUnsavedGuard(form.isDirty())
  const problems = inspection?.problems ?? []
  const faultOf = (field: string): ReactNode => {
    const problem = problems.find((problem) => problem.field === field)
    if (problem === undefined) return form.errors[field]
    const message = atField(field, problem.message)
    return problem.isRefused ? message : `${message}. It can be saved so, but Apple will refuse its pushes.`
  }
  const submit = (values: ServiceValues) => {
    if (values.kind === 'p12' && values.p12 === null) {
      form.setFieldError('p12', 'A .p12 file is needed.')
      goToFaultSoon()
    } else saving.mutate(values)
  }
  return (
    <form onSubmit={form.onSubmit(submit)}>
      <Stack maw={720} inert={saving.isPending}>
        <Outdated error={saving.error} reload={reload} />
        <Fieldset legend="App">
          <Stack gap="sm">
            <TextInput
              label="Name"
              description="How the service is called here; an app may have two of one name, at different hosts."
              required
              maxLength={255}
              {...form.getInputProps('name')}
              error={faultOf('name')}
            />
            <HostName form={form} faultOf={faultOf} note={inspection?.hostNote ?? null} />
            <TextInput
              label="Topic"
              description="The bundle id of the app, such as com.example.app."
              required
              maxLength={255}
              {...form.getInputProps('topic')}
              error={faultOf('topic')}
            />
          </Stack>
        </Fieldset>
        <Fieldset legend="Credential">
          <CredentialFields {...{ form, service, inspection, faultOf }} />
        </Fieldset>
        <Fieldset legend="Options">
          <Options form={form} faultOf={faultOf} />
        </Fieldset>
        {problems
          .filter(({ field }) => field === null || !(field in form.values))
          .map(({ message }) => (
            <Alert key={message} color="red" role="alert">
              {message}
            </Alert>
          ))}
        <FormButtons
          isBusy={saving.isPending}
          back="/services"
          {...(service && { backLabel: 'Back to the list' })}
        />
      </Stack>
    </form>
  )
}

interface FieldsProps {
  form: ReturnType<typeof useForm<ServiceValues>>
  faultOf: (field: string) => ReactNode
}

function HostName({ form, faultOf, note }: FieldsProps & { note: string | null }) {
  return (
    <div>
      <Autocomplete
        label="Host name"
        description="api.push.apple.com for apps from the App Store or TestFlight; api.sandbox.push.apple.com for apps that Xcode has put on the device. A device token of one is unknown to the other."
        required
        maxLength={255}
        data={['api.push.apple.com', 'api.sandbox.push.apple.com']}
        filter={({ options }) => options}
        spellCheck={false}
        autoCapitalize="none"
        {...form.getInputProps('hostname')}
        error={faultOf('hostname')}
      />
      {note && (
        <Group gap={6} mt={6} wrap="nowrap" align="flex-start" role="status">
          <IconInfoCircle size={18} aria-hidden style={{ flexShrink: 0 }} />
          <Text size="sm">{note}</Text>
        </Group>
      )}
    </div>
  )
}

function Options({ form, faultOf }: FieldsProps) {
  return (
    <Stack gap="sm">
      <Select
        label="When Apple says that a device token is dead"
        description="Either way Apple’s answer stands in the feedback ledger, and can be undone there."
        data={[
          { value: 'immediate', label: 'Deactivate the device at once' },
          { value: 'deferred', label: 'Only note it, until a feedback service is called' },
        ]}
        allowDeselect={false}
        {...form.getInputProps('feedback')}
        error={faultOf('feedback')}
      />
      <NumberInput
        label="Pushes a second"
        description="At most so many, all workers together. Empty: no limit."
        min={1}
        max={1_000_000}
        clampBehavior="none"
        allowDecimal={false}
        {...form.getInputProps('maxPerSecond')}
        error={faultOf('maxPerSecond')}
      />
      <NumberInput
        label="Port"
        description="443, or 2197 where a firewall lets nothing else through. Other servers may have others."
        required
        min={1}
        max={65_535}
        clampBehavior="none"
        allowDecimal={false}
        {...form.getInputProps('port')}
        error={faultOf('port')}
      />
      <FileTextarea
        label="Certificate authorities"
        description="In PEM form: for a simulator or a proxy whose certificate the system does not trust. Empty: those of the system, as Apple’s hosts need."
        accept=".pem,.cer,.crt"
        value={form.values.ca}
        error={faultOf('ca')}
        onChange={(text) => form.setFieldValue('ca', text)}
      />
    </Stack>
  )
}

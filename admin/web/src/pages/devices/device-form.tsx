import { Autocomplete, JsonInput, SimpleGrid, Stack, TagsInput, Text, TextInput } from '@mantine/core'
import { type UseFormReturnType, useForm } from '@mantine/form'
import type { Schemas } from '../../api/client'
import { FormButtons } from '../../components/form-buttons'
import { ServiceSelect } from '../../components/service-select'
import { useUnsavedGuard } from '../../components/unsaved'
import { UserSelect } from '../../components/user-select'
import { parsedObject } from '../notifications/fields'
import { timeZones } from '../push-now/time-zone-select'

const noJsonObject = 'This is no JSON object; such as {"plan": "gold"}'

/** What is filled in. */
export interface DeviceValues extends Record<string, unknown> {
  token: string
  service: number | null
  platform: string
  display: string
  osVersion: string
  appVersion: string
  locale: string
  timeZone: string
  tags: string[]
  /** JSON. */
  attributes: string
  users: number[]
}

type DeviceForm = UseFormReturnType<DeviceValues>

const nothing: DeviceValues = {
  token: '',
  service: null,
  platform: '',
  display: '',
  osVersion: '',
  appVersion: '',
  locale: '',
  timeZone: '',
  tags: [],
  attributes: '{}',
  users: [],
}

/** A form of a device; of a new one, by the id of its service where that is known. */
export function useDeviceForm(device: Schemas['Device'] | number | null): DeviceForm {
  const form = useForm<DeviceValues>({
    initialValues:
      typeof device === 'object' && device !== null ? valuesOf(device) : { ...nothing, service: device },
    validate: {
      token: (token) =>
        token.replaceAll(/[<>\s]/g, '') === '' ? 'Give the token: a device is known by it' : null,
      service: (service) => (service === null ? 'Choose the service whose app it is' : null),
      attributes: (text) => ('value' in parsedObject(text) ? null : noJsonObject),
    },
  })
  useUnsavedGuard(form.isDirty())
  return form
}

function valuesOf({ attributes, ...device }: Schemas['Device']): DeviceValues {
  const values = { ...nothing, attributes: JSON.stringify(attributes, null, 2) }
  for (const name of Object.keys(nothing))
    if (name in device) Object.assign(values, { [name]: device[name as keyof typeof device] })
  return values
}

/** What the API takes, of some fields. */
export function inputOf(values: DeviceValues, fields: readonly string[]): Schemas['DeviceChange'] {
  const input = Object.fromEntries(fields.map((name) => [name, values[name]]))
  if ('attributes' in input) input['attributes'] = JSON.parse(values.attributes)
  return input
}

/** The fields of a device, for somebody who adds or changes one. */
export function DeviceFields({
  form,
  isNew,
  isBusy,
  back,
  submit,
}: {
  form: DeviceForm
  isNew: boolean
  isBusy: boolean
  /** Where `Cancel` goes. */
  back: string
  submit: (values: DeviceValues) => void
}) {
  return (
    <form onSubmit={form.onSubmit(submit)} noValidate>
      <Stack maw={760} inert={isBusy}>
        {isNew && (
          <>
            <ServiceSelect
              required
              description="The app, in one environment of Apple’s, that gave the token."
              {...form.getInputProps('service')}
              value={form.values.service}
            />
            <TextInput
              label="Token"
              required
              classNames={{ input: 'mono' }}
              description="Hexadecimal digits, as the app got them from Apple; spaces and < > do not count."
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps('token')}
            />
          </>
        )}
        <UserSelect
          label="Users"
          description="Whose device it is. Pushes to a user go to all devices of theirs."
          {...form.getInputProps('users')}
          value={form.values.users}
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }}>
          <TextInput label="Platform" placeholder="iPhone" {...form.getInputProps('platform')} />
          <TextInput label="Display" placeholder="1179x2556" {...form.getInputProps('display')} />
          <TextInput label="OS version" placeholder="17.4" {...form.getInputProps('osVersion')} />
          <TextInput label="App version" placeholder="2.1.0" {...form.getInputProps('appVersion')} />
          <TextInput
            label="Locale"
            placeholder="de-AT"
            description="A language, or language and country."
            {...form.getInputProps('locale')}
          />
          <Autocomplete
            label="Time zone"
            placeholder="Europe/Vienna"
            description="For pushes at the local time."
            data={timeZones}
            limit={20}
            {...form.getInputProps('timeZone')}
          />
        </SimpleGrid>
        <TagsInput
          label="Tags"
          description="Words without spaces, to push to some devices only. Enter ends a word."
          splitChars={[',', ' ']}
          acceptValueOnBlur
          {...form.getInputProps('tags')}
        />
        <JsonInput
          label="Attributes"
          description="Any JSON object of at most 4096 bytes."
          classNames={{ input: 'mono' }}
          formatOnBlur
          // In place of the form's own, where it is no JSON at all.
          validationError={noJsonObject}
          autosize
          minRows={3}
          maxRows={16}
          spellCheck={false}
          {...form.getInputProps('attributes')}
        />
        {isNew && (
          <Text size="sm" c="dimmed">
            Tokens of Live Activities are set by the app, by the API.
          </Text>
        )}
        <FormButtons isBusy={isBusy} back={back} {...(isNew && { action: 'Add the device' })} />
      </Stack>
    </form>
  )
}

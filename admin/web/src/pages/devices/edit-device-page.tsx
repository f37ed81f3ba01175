import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useParams } from 'wouter'
import { api, type Schemas, take, takeTagged } from '../../api/client'
import { queryClient } from '../../api/queries'
import { tell } from '../../components/action'
import { ifMatch, isOutdated, Outdated, useEdited } from '../../components/edited'
import { showFaults } from '../../components/form-faults'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
import { useGo } from '../../components/use-go'
import { DeviceFields, type DeviceValues, inputOf, useDeviceForm } from './device-form'
import { shortToken } from './device-parts'

/** Changes a device. */
export default function EditDevicePage() {
  const id = Number(useParams<{ id: string }>().id)
  const { query, formKey, reload } = useEdited(['devices', id, 'to edit'], (signal) =>
    takeTagged(api.GET('/api/v1/devices/{device}', { params: { path: { device: id } }, signal })),
  )
  return (
    <>
      <PageHeader
        title={`Edit device ${id}`}
        parent={{ href: `/devices/${id}`, label: `Device ${id}` }}
        about={query.data && <span className="mono">{shortToken(query.data.data.token)}</span>}
      />
      <Loaded query={query}>
        {({ data, etag }) => <Form key={formKey} device={data} etag={etag} loadAnew={() => void reload()} />}
      </Loaded>
    </>
  )
}

interface FormProps {
  device: Schemas['Device']
  etag: string | undefined
  loadAnew: () => void
}

function Form({ device, etag, loadAnew }: FormProps) {
  const form = useDeviceForm(device)
  const go = useGo()
  // It stays while the second try goes on: the button for that is in it.
  const [outdated, setOutdated] = useState<Error>()
  const { mutate, isPending } = useMutation({
    mutationFn: ({ values, always }: { values: DeviceValues; always: boolean }) =>
      save(device, values, always ? undefined : etag, (name) => form.isDirty(name)),
    onSuccess: () => {
      tell('The device was saved.')
      void queryClient.invalidateQueries({ queryKey: ['devices'] })
      go(`/devices/${device.id}`)
    },
    onError: (error) => {
      if (isOutdated(error)) setOutdated(error)
      else showFaults(form, error)
    },
  })
  return (
    <>
      <Outdated
        error={outdated}
        reload={loadAnew}
        title="The device has changed meanwhile"
        about="By somebody else, by its app, or by a push. Only the fields that you have changed would be saved."
        loads="Load anew, without what I typed"
      >
        <Button
          size="xs"
          variant="default"
          loading={isPending}
          onClick={() => mutate({ values: form.getValues(), always: true })}
        >
          Save my fields all the same
        </Button>
      </Outdated>
      <DeviceFields
        form={form}
        isNew={false}
        isBusy={isPending}
        back={`/devices/${device.id}`}
        submit={(values) => mutate({ values, always: false })}
      />
    </>
  )
}

/** Saves what was changed, and nothing else: the app may have said something newer of the rest. */
async function save(
  { id }: Schemas['Device'],
  values: DeviceValues,
  etag: string | undefined,
  isChanged: (field: string) => boolean,
): Promise<void> {
  const changed = Object.keys(values).filter(isChanged)
  if (changed.length === 0) return
  await take(
    api.PATCH('/api/v1/devices/{device}', {
      params: { path: { device: id } },
      body: inputOf(values, changed),
      headers: ifMatch(etag),
    }),
  )
}

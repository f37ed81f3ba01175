import { useMutation } from '@tanstack/react-query'
import { api, take } from '../../api/client'
import { queryClient } from '../../api/queries'
import { faultText, tell } from '../../components/action'
import { showFaults } from '../../components/form-faults'
import { PageHeader } from '../../components/page-header'
import { useGo } from '../../components/use-go'
import { WithServices } from '../../components/with-services'
import { DeviceFields, type DeviceValues, inputOf, useDeviceForm } from './device-form'

/** Adds a device by hand. */
export default function NewDevicePage() {
  return (
    <>
      <PageHeader
        title="Add a device"
        parent={{ href: '/devices', label: 'Devices' }}
        about="Apps register their devices themselves; this is for trying things out."
      />
      <WithServices about="A device belongs to a service">{(only) => <Form service={only} />}</WithServices>
    </>
  )
}

function Form({ service }: { service: number | null }) {
  const form = useDeviceForm(service)
  const go = useGo()
  const { mutate, isPending } = useMutation({
    mutationFn: add,
    onSuccess: ({ id, isKnown, userFault }) => {
      const done = isKnown
        ? 'The device was known already; it has been changed, and is active.'
        : 'The device was added.'
      void queryClient.invalidateQueries({ queryKey: ['devices'] })
      if (userFault === undefined) {
        tell(done)
        go(`/devices/${id}`)
      } else {
        tell(`${done} Its users could not be set: ${faultText(userFault)}`, 'failed')
        go(`/devices/${id}/edit`)
      }
    },
    onError: (error) => showFaults(form, error),
  })
  return (
    <DeviceFields form={form} isNew isBusy={isPending} back="/devices" submit={(values) => mutate(values)} />
  )
}

interface Added {
  id: number
  isKnown: boolean
  /** Why the users could not be set; the device is there all the same. */
  userFault?: unknown
}

async function add({ token, service, users, ...values }: DeviceValues): Promise<Added> {
  // What is empty is not said: the device may be known already.
  const said = Object.keys(values).filter((name) => !['', '{}'].includes(String(values[name])))
  const body = { token, service: service as number, ...inputOf({ token, service, users, ...values }, said) }
  const asked = api.POST('/api/v1/devices', { body })
  const { id } = await take(asked)
  const { response } = await asked
  const added = { id, isKnown: response.status === 200 }
  if (users.length === 0) return added
  try {
    // A registration says nothing of users.
    await take(api.PATCH('/api/v1/devices/{device}', { params: { path: { device: id } }, body: { users } }))
    return added
  } catch (userFault) {
    return { ...added, userFault }
  }
}

import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'
import { api, take } from '../../api/client'
import { queryClient } from '../../api/queries'
import { tell } from '../../components/action'
import { showFaults } from '../../components/form-faults'
import { PageHeader } from '../../components/page-header'
import { DeviceFields, type DeviceValues, inputOf, useDeviceForm } from './device-form'

/** Adds a device by hand. */
export default function NewDevicePage() {
  const form = useDeviceForm()
  const [, navigate] = useLocation()
  const { mutate, isPending } = useMutation({
    mutationFn: add,
    onSuccess: ({ id, isKnown }) => {
      tell(
        isKnown
          ? 'The device was known already; it has been changed, and is active.'
          : 'The device was added.',
      )
      void queryClient.invalidateQueries({ queryKey: ['devices'] })
      navigate(`/devices/${id}`)
    },
    onError: (error) => showFaults(form, error),
  })
  return (
    <>
      <PageHeader
        title="Add a device"
        parent={{ href: '/devices', label: 'Devices' }}
        about="Apps register their devices themselves; this is for trying things out."
      />
      <DeviceFields form={form} isNew isBusy={isPending} submit={(values) => mutate(values)} />
    </>
  )
}

async function add({
  token,
  service,
  users,
  ...values
}: DeviceValues): Promise<{ id: number; isKnown: boolean }> {
  // What is empty is not said: the device may be known already.
  const said = Object.keys(values).filter((name) => !['', '{}'].includes(String(values[name])))
  const body = { token, service: service as number, ...inputOf({ token, service, users, ...values }, said) }
  const asked = api.POST('/api/v1/devices', { body })
  const device = await take(asked)
  const { response } = await asked
  if (users.length > 0)
    await take(
      api.PATCH('/api/v1/devices/{device}', { params: { path: { device: device.id } }, body: { users } }),
    )
  return { id: device.id, isKnown: response.status === 200 }
}

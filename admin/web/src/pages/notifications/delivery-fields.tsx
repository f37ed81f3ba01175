import { Select, SimpleGrid, Stack, TextInput } from '@mantine/core'
import type { NotificationForm } from './notification-form'

/** Apple's push types, with when to use each. Source: sending-notification-requests-to-apns. */
const pushTypes = {
  alert: 'Shows something, plays a sound or sets the badge.',
  background:
    'Wakes the app and shows nothing: only content-available in “aps”, priority 5 or 1, two or three an hour.',
  voip: 'A call: up to 5,120 bytes, an expiration of a few seconds, to tokens of PushKit.',
  complication: 'Updates a watch face, to tokens of PushKit. Apple limits how many a day.',
  fileprovider: 'Tells of changes to a file provider, to tokens of PushKit.',
  mdm: 'Asks a managed device to contact its server. With a certificate only.',
  location: 'Asks where a device is. With a key only.',
  liveactivity: 'Starts, updates or ends a Live Activity; priority 5 does not count against its budget.',
  pushtotalk: 'Announces speech in Push to Talk: priority 10 and a single attempt.',
  widgets: 'Tells widgets to load anew: “content-changed”: true.',
  controls: 'Tells controls to load anew: “content-changed”: true.',
} as const

/** How Apple delivers a notification. */
export function DeliveryFields({ form }: { form: NotificationForm }) {
  const { pushType, expires } = form.draft
  const rule = Object.hasOwn(pushTypes, pushType) ? pushTypes[pushType as keyof typeof pushTypes] : undefined
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label="Push type"
          description={rule ?? 'As a rule it follows from what the notification says.'}
          placeholder="follows from the payload"
          data={Object.keys(pushTypes)}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': 'No push type' }}
          {...form.select('pushType')}
        />
        <Select
          label="Priority"
          description="5 and 1 spare the battery and may come late, several at a time; 1 never wakes the device."
          placeholder="10, or 5 in the background"
          data={[
            { value: '10', label: '10: at once' },
            { value: '5', label: '5: when the device likes' },
            { value: '1', label: '1: the battery before everything' },
          ]}
          clearable
          clearButtonProps={{ 'aria-label': 'No priority' }}
          {...form.select('priority')}
        />
        <Select
          label="Expiration"
          description="How long Apple keeps it for a device that can’t be reached."
          placeholder="up to 30 days, as Apple likes"
          data={[
            { value: 'once', label: 'not at all: a single attempt' },
            { value: 'until', label: 'until a time' },
          ]}
          clearable
          clearButtonProps={{ 'aria-label': 'No expiration' }}
          {...form.select('expires')}
        />
        <TextInput
          label="Collapse id"
          description="Of notifications with the same one, only the last is shown. At most 64 bytes."
          {...form.field('collapseId')}
        />
      </SimpleGrid>
      {expires === 'until' && (
        <TextInput
          type="datetime-local"
          label="Until"
          description="In your time zone. Apple keeps nothing for more than 30 days. A schedule can’t have this: it would go on after it."
          required
          {...form.field('expiresAt')}
        />
      )}
    </Stack>
  )
}

import {
  Accordion,
  Autocomplete,
  Checkbox,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core'
import type { NotificationForm } from './notification-form'

/** Arabic and Hebrew run from right to left: what is typed says which. The property `dir` is for the frame around an input. */
const eitherWay = { input: { dir: 'auto' } }

/** What a notification says. */
export function ContentFields({ form }: { form: NotificationForm }) {
  return (
    <Stack>
      <TextInput
        attributes={eitherWay}
        label="Title"
        description="One line in bold."
        {...form.field('title')}
      />
      <TextInput
        attributes={eitherWay}
        label="Subtitle"
        description="A second line in bold, below the title. Rarely used."
        {...form.field('subtitle')}
      />
      <Textarea
        attributes={eitherWay}
        label="Message"
        description="iOS shows four lines of it; the rest when the notification is opened."
        autosize
        minRows={3}
        maxRows={12}
        {...form.field('message')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <NumberInput
          label="Badge"
          description="The number at the app’s icon; 0 takes it away, nothing leaves it alone."
          // What is not allowed is told, not turned into something else: 0 takes the badge away.
          clampBehavior="none"
          min={0}
          allowDecimal={false}
          hideControls
          {...form.field('badge')}
        />
        <Autocomplete
          label="Sound"
          description="“default”, or the name of a sound file in the app. Empty: no sound."
          data={['default']}
          {...form.field('sound')}
        />
      </SimpleGrid>
      <Textarea
        label="Custom payload"
        description="A JSON object for the app: its keys stand beside “aps”. Everybody who has the device can read it."
        placeholder={'{ "order": 42 }'}
        autosize
        minRows={2}
        maxRows={14}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        {...form.field('customPayload')}
      />
      <Accordion variant="contained" multiple defaultValue={form.opened}>
        <Accordion.Item value="localised">
          <Accordion.Control>Texts in the language of the device</Accordion.Control>
          <Accordion.Panel>
            <LocalisedFields form={form} />
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="more">
          <Accordion.Control>More of what iOS understands</Accordion.Control>
          <Accordion.Panel>
            <MoreFields form={form} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  )
}

const localised = [
  ['titleLocKey', 'titleLocArgs', 'Title', 'title-loc'],
  ['subtitleLocKey', 'subtitleLocArgs', 'Subtitle', 'subtitle-loc'],
  ['locKey', 'locArgs', 'Message', 'loc'],
] as const

function LocalisedFields({ form }: { form: NotificationForm }) {
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        The app has texts under keys, in each of its languages (Localizable.strings). Give the key here, and
        what takes the place of %@ in the text, one a line. A key goes before the text above.
      </Text>
      {localised.map(([key, args, name, word]) => (
        <SimpleGrid key={key} cols={{ base: 1, xs: 2 }}>
          <TextInput label={`${name}: key`} description={`${word}-key`} {...form.field(key)} />
          <Textarea
            label={`${name}: arguments`}
            description={`${word}-args, one a line`}
            autosize
            minRows={1}
            {...form.field(args)}
          />
        </SimpleGrid>
      ))}
      <TextInput
        label="Button: key"
        description="action-loc-key: the text of the action button, on old systems only."
        {...form.field('actionLocKey')}
      />
    </Stack>
  )
}

function MoreFields({ form }: { form: NotificationForm }) {
  return (
    <Stack>
      <Checkbox
        label="The app may change it before it is shown (mutable-content)"
        description="Runs the app’s notification service extension, which can add an image or decrypt the text. It needs a title or a message."
        {...form.check('mutable')}
      />
      <Checkbox
        label="Silent: wake the app (content-available)"
        description="With nothing to show it is a background push: Apple holds those back when there are more than two or three an hour, and takes no priority 10 for them."
        {...form.check('silent')}
      />
      <Select
        label="Interruption level"
        description="How much it may disturb. Time-sensitive and critical need a permission in the app."
        placeholder="active (iOS’s default)"
        data={['passive', 'active', 'time-sensitive', 'critical']}
        clearable
        clearButtonProps={{ 'aria-label': 'No interruption level' }}
        {...form.select('interruptionLevel')}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput
          label="Thread"
          description="thread-id: iOS groups notifications of the same thread."
          {...form.field('threadId')}
        />
        <TextInput
          label="Category"
          description="Which buttons it has: one that the app has registered."
          {...form.field('category')}
        />
      </SimpleGrid>
    </Stack>
  )
}

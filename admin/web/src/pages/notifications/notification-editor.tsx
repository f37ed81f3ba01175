import { Alert, Anchor, Box, Button, Divider, Grid, Group, Stack, Tabs, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { flushSync } from 'react-dom'
import { Link } from 'wouter'
import { useServiceName } from '../../api/services'
import { runAction, tell } from '../../components/action'
import { confirmed } from '../../components/confirm'
import { showFaults } from '../../components/form-faults'
import { goToFault, useKeptFocus } from '../../components/kept-focus'
import { PageHeader } from '../../components/page-header'
import { ServiceSelect } from '../../components/service-select'
import { Time } from '../../components/time'
import { useUnsavedGuard } from '../../components/unsaved'
import { useGo } from '../../components/use-go'
import { ContentFields } from './content-fields'
import { DeliveryFields } from './delivery-fields'
import { type Draft, draftOf, draftPayload, inputOf } from './draft'
import { noFields } from './fields'
import { JsonView } from './json-view'
import { customFault, fieldNames, jsonNames, notificationForm } from './notification-form'
import { PreviewPanel } from './preview-panel'
import { change, create, remove, type Stored } from './stored-notification'
import { usePreview } from './use-preview'

interface NotificationEditorProps {
  initial: Draft
  /** Absent: it is a new one. */
  stored?: Stored
  /** A device that it is meant for. */
  device: number | undefined
}

/** What comes after saving: the list, the same page again, or the page that pushes it. */
type Next = 'list' | 'edit' | 'push'

/** The form of a notification, and beside it what becomes of it. */
export function NotificationEditor({ initial, stored: loaded, device }: NotificationEditorProps) {
  const form = useForm<Draft>({ initialValues: initial })
  const [stored, setStored] = useState(loaded)
  const [tab, setTab] = useState<string | null>('fields')
  const [saving, setSaving] = useState<Next>()
  const isSaving = saving !== undefined
  const go = useGo()
  const serviceName = useServiceName()
  const draft = form.getValues()
  const preview = usePreview(draft)
  const isDirty = stored === undefined || form.isDirty()
  useUnsavedGuard(form.isDirty())
  useKeptFocus(isSaving)

  /** Goes to what is at fault, also where the other tab has it. */
  const goTo = (show: () => string | undefined) => {
    let field: string | undefined
    // The field has to be there before it can have the keyboard.
    flushSync(() => {
      field = show()
      if (field === 'json') setTab('json')
      else if (field !== undefined && field in noFields) setTab('fields')
      setSaving(undefined)
    })
    if (field !== undefined) goToFault()
  }
  const refuse = (field: keyof Draft, why: string) =>
    goTo(() => {
      form.setFieldError(field, why)
      return field
    })

  const save = async (next: Next) => {
    if (draft.service === null) return refuse('service', 'Choose the service that it is pushed through')
    const input = inputOf(draft)
    const fault = customFault(draft)
    if (input === undefined || fault !== undefined) {
      tell(`The ${input === undefined ? '' : 'custom '}payload is no JSON yet.`, 'failed')
      return refuse(input === undefined ? 'json' : 'customPayload', fault ?? 'This is no JSON.')
    }
    if (draft.expires === 'until' && Number.isNaN(Date.parse(draft.expiresAt)))
      return refuse('expiresAt', 'Choose until when, or something else than a time')
    setSaving(next)
    try {
      const id = await store(draft.service, input)
      if (id === undefined) return
      const query = device === undefined ? '' : `?device=${device}`
      if (next === 'list') go('/notifications')
      else if (next === 'push') go(`/notifications/${id}/push${query}`)
      else if (stored === undefined) go(`/notifications/${id}${query}`, { replace: true })
      if (next !== 'push') tell('The notification is saved.')
    } catch (error) {
      goTo(() => showFaults(form, error, draft.json === '' ? fieldNames : jsonNames)[0])
    } finally {
      setSaving(undefined)
    }
  }

  /** Its id; undefined where it was not saved, because somebody else was quicker. */
  const store = async (service: number, input: NonNullable<ReturnType<typeof inputOf>>) => {
    if (stored === undefined) return await create({ service, ...input })
    if (!form.isDirty()) return stored.data.id
    const { isTheirs, ...fresh } = await change(stored, input)
    if (!isTheirs) {
      setStored(fresh)
      // What was typed while it was saved is not saved: every field is looked at once more.
      form.resetDirty(draft)
      form.setValues(form.getValues())
      return fresh.data.id
    }
    setSaving(undefined)
    if (await confirmed(theirsQuestion)) {
      setStored(fresh)
      form.setInitialValues(draftOf(fresh.data))
      form.reset()
      // The JSON view has a text of its own.
      setTab('fields')
    }
    return undefined
  }

  const push = (
    <Button loading={isSaving} onClick={() => void save('push')}>
      {isDirty ? 'Save and push now …' : 'Push now …'}
    </Button>
  )
  return (
    <>
      <PageHeader
        title={stored === undefined ? 'New notification' : `Notification ${stored.data.id}`}
        parent={{ href: '/notifications', label: 'Notifications' }}
        about={
          stored && (
            <>
              Last sent: <Time at={stored.data.lastSentAt} />
            </>
          )
        }
        actions={stored && <RemoveButton id={stored.data.id} />}
      />
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <form
            onSubmit={(event) => {
              event.preventDefault()
              void save('edit')
            }}
          >
            {/* What is typed while another page comes would be lost. */}
            <Stack inert={isSaving && (saving !== 'edit' || stored === undefined)}>
              {stored === undefined ? (
                <ServiceSelect
                  required
                  description="The app, in one environment of Apple’s, that gets it."
                  value={draft.service}
                  onChange={(service) => form.setFieldValue('service', service)}
                  error={form.errors['service']}
                />
              ) : (
                <Text>
                  Through{' '}
                  <Anchor component={Link} href={`/services/${stored.data.service}`}>
                    {serviceName(stored.data.service)}
                  </Anchor>
                </Text>
              )}
              <Tabs value={tab} onChange={setTab} keepMounted={false}>
                <Tabs.List>
                  <Tabs.Tab value="fields">Fields</Tabs.Tab>
                  <Tabs.Tab value="json">JSON</Tabs.Tab>
                </Tabs.List>
                <Tabs.Panel value="fields" pt="md">
                  {draft.json === '' ? (
                    <ContentFields form={notificationForm(form, preview.data?.problems ?? [])} />
                  ) : (
                    <OnlyJson
                      isFaulty={draftPayload(draft) === undefined}
                      open={() => setTab('json')}
                      drop={() => form.setValues({ ...draft, ...noFields, json: '' })}
                    />
                  )}
                </Tabs.Panel>
                <Tabs.Panel value="json" pt="md">
                  <JsonView
                    draft={draft}
                    change={(changed) => form.setValues(changed)}
                    error={form.errors['json']}
                  />
                </Tabs.Panel>
              </Tabs>
              <Divider />
              <Title order={2} size="h4">
                Delivery
              </Title>
              <DeliveryFields form={notificationForm(form, preview.data?.problems ?? [])} />
              <Group>
                {push}
                <Button type="submit" variant="default" loading={isSaving}>
                  Save and continue editing
                </Button>
                <Button variant="default" loading={isSaving} onClick={() => void save('list')}>
                  Save
                </Button>
              </Group>
            </Stack>
          </form>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Box pos="sticky" top={68}>
            <PreviewPanel
              draft={draft}
              preview={preview}
              app={draft.service === null ? 'Your app' : serviceName(draft.service)}
            />
          </Box>
        </Grid.Col>
      </Grid>
    </>
  )
}

function OnlyJson({ isFaulty, open, drop }: { isFaulty: boolean; open: () => void; drop: () => void }) {
  return (
    <Alert title="This payload is written as JSON" color="blue">
      {isFaulty
        ? 'There is a mistake in it. The fields follow when it is mended.'
        : 'It has something in it that no field can say.'}
      <Group mt="sm">
        <Button size="xs" onClick={open}>
          Edit the JSON
        </Button>
        <Button
          size="xs"
          variant="default"
          onClick={async () => {
            if (await confirmed(dropQuestion)) drop()
          }}
        >
          Begin anew with fields
        </Button>
      </Group>
    </Alert>
  )
}

function RemoveButton({ id }: { id: number }) {
  const go = useGo()
  return (
    <Button
      variant="outline"
      color="red"
      onClick={async () => {
        if (!(await confirmed(removeQuestion))) return
        if (await runAction(() => remove(id), 'The notification is deleted.')) go('/notifications')
      }}
    >
      Delete
    </Button>
  )
}

const removeQuestion = {
  title: 'Delete this notification?',
  about:
    'Pushes of it stay, and those that are running go on. A schedule that sends it says at its next time that it is gone. It can’t be brought back.',
  action: 'Delete',
  isDangerous: true,
}
const dropQuestion = {
  title: 'Begin anew with fields?',
  about: 'The JSON of this payload is dropped here. What is saved stays until you save again.',
  action: 'Begin anew',
  isDangerous: true,
}
const theirsQuestion = {
  title: 'Somebody else has changed it',
  about:
    'This notification was changed while you had it open, and yours was not saved. Load theirs, and what you typed here is lost; or cancel, to copy it first.',
  action: 'Load theirs',
}

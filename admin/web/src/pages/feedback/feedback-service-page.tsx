import { Button, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { api, type Schemas, take, takeTagged } from '../../api/client'
import { queryClient } from '../../api/queries'
import { runAction, tell } from '../../components/action'
import { confirmed } from '../../components/confirm'
import { ifMatch, isOutdated, Outdated, useEdited } from '../../components/edited'
import { FormButtons } from '../../components/form-buttons'
import { showFaults } from '../../components/form-faults'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
import { ServiceSelect } from '../../components/service-select'
import { useUnsavedGuard } from '../../components/unsaved'
import { useGo } from '../../components/use-go'
import { WithServices } from '../../components/with-services'
import { CallButton } from './call-button'

const parent = { href: '/feedback-services', label: 'Feedback services' }

/** A feedback service: to be made, or to be changed, called and deleted. */
export default function FeedbackServicePage() {
  const { id } = useParams()
  return id === undefined ? <Make /> : <Change id={Number(id)} />
}

function Make() {
  const go = useGo()
  return (
    <>
      <PageHeader title="Add a feedback service" parent={parent} />
      <WithServices about="A feedback service switches off devices of a service">
        {(only) => (
          <Form
            only={only}
            save={async (body) => {
              const made = await take(api.POST('/api/v1/feedback-services', { body }))
              await queryClient.invalidateQueries({ queryKey: ['feedback-services'] })
              tell(`The feedback service ${body.name} is saved.`)
              go('/feedback-services')
              return made
            }}
          />
        )}
      </WithServices>
    </>
  )
}

function Change({ id }: { id: number }) {
  const params = { path: { feedbackService: id } }
  const { query, formKey, reload, saved } = useEdited(['feedback-services', id], (signal) =>
    takeTagged(api.GET('/api/v1/feedback-services/{feedbackService}', { params, signal })),
  )
  const feedbackService = query.data?.data
  return (
    <>
      <PageHeader
        title={feedbackService?.name ?? 'Feedback service'}
        parent={parent}
        actions={
          feedbackService && (
            <>
              <CallButton feedbackService={feedbackService} />
              <DeleteButton feedbackService={feedbackService} />
            </>
          )
        }
      />
      <Loaded query={query}>
        {({ data, etag }) => (
          <Form
            key={formKey}
            feedbackService={data}
            reload={() => void reload()}
            save={async (body) => {
              const answer = await take(
                api.PATCH('/api/v1/feedback-services/{feedbackService}', {
                  params,
                  body,
                  headers: ifMatch(etag),
                }),
              )
              await queryClient.invalidateQueries({ queryKey: ['feedback-services'] })
              tell(`The feedback service ${body.name} is saved.`)
              return await saved(answer)
            }}
          />
        )}
      </Loaded>
    </>
  )
}

interface FormProps {
  /** The service that a new one is of, where there is but one. */
  only?: number | null
  feedbackService?: Schemas['FeedbackService']
  /** Saves it, and brings it as it is then. */
  save: (body: Schemas['FeedbackServiceInput']) => Promise<Schemas['FeedbackService']>
  reload?: () => void
}

function Form({ only = null, feedbackService, save, reload = () => {} }: FormProps) {
  const form = useForm({
    initialValues: {
      name: feedbackService?.name ?? '',
      hostname: feedbackService?.hostname ?? 'feedback.push.apple.com',
      service: feedbackService?.service ?? only,
    },
    validate: { service: (service) => (service === null ? 'A service is needed.' : null) },
  })
  const saving = useMutation({
    mutationFn: ({ service, ...values }: typeof form.values) =>
      save({ ...values, service: service as number }),
    onSuccess: ({ name, hostname, service }) => {
      form.setValues({ name, hostname, service })
      form.resetDirty()
    },
    onError: (error) => {
      if (!isOutdated(error)) showFaults(form, error)
    },
  })
  useUnsavedGuard(form.isDirty())
  return (
    <form onSubmit={form.onSubmit((values) => saving.mutate(values))}>
      <Stack maw={560} inert={saving.isPending}>
        <Outdated error={saving.error} reload={reload} />
        <TextInput label="Name" required maxLength={255} {...form.getInputProps('name')} />
        <TextInput
          label="Host name"
          description="As with the predecessor; a name and no more. Apple closed this stream in 2021 and says the same in its answers to pushes, which are noted in the ledger. Nothing connects to it."
          required
          maxLength={255}
          spellCheck={false}
          {...form.getInputProps('hostname')}
        />
        <ServiceSelect
          description="Whose devices are deactivated. A call finds none where the service deactivates at once."
          withAsterisk
          {...form.getInputProps('service')}
          value={form.values.service}
        />
        <FormButtons
          isBusy={saving.isPending}
          back="/feedback-services"
          {...(feedbackService && { backLabel: 'Back to the list' })}
        />
      </Stack>
    </form>
  )
}

function DeleteButton({ feedbackService: { id, name } }: { feedbackService: Schemas['FeedbackService'] }) {
  const go = useGo()
  const remove = async () => {
    const isSure = await confirmed({
      title: `Delete the feedback service ${name}?`,
      about:
        'Schedules that call it are deleted with it. The ledger and the devices stay as they are. This can not be undone.',
      action: 'Delete the feedback service',
      isDangerous: true,
    })
    if (!isSure) return
    const isDone = await runAction(
      () =>
        take(
          api.DELETE('/api/v1/feedback-services/{feedbackService}', {
            params: { path: { feedbackService: id } },
          }),
        ),
      `The feedback service ${name} is deleted.`,
    )
    if (!isDone) return
    go('/feedback-services')
    await queryClient.invalidateQueries({ queryKey: ['feedback-services'] })
  }
  return (
    <Button size="xs" variant="outline" color="red" onClick={() => void remove()}>
      Delete
    </Button>
  )
}

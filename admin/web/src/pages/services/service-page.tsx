import { Alert, Button, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useParams } from 'wouter'
import { ApiError, api, type Schemas, take, takeTagged } from '../../api/client'
import { queryClient } from '../../api/queries'
import { faultText, runAction, tell } from '../../components/action'
import { confirmed } from '../../components/confirm'
import { ifMatch, useEdited } from '../../components/edited'
import { Fault } from '../../components/fault'
import { Loaded } from '../../components/loaded'
import { PageHeader } from '../../components/page-header'
import { useGo } from '../../components/use-go'
import { CertificateFacts } from './certificate-facts'
import { ServiceForm } from './service-form'

/** A service: to be changed, checked and deleted. */
export default function ServicePage() {
  const id = Number(useParams()['id'])
  const params = { path: { service: id } }
  const { query, formKey, reload, saved } = useEdited(['services', id], (signal) =>
    takeTagged(api.GET('/api/v1/services/{service}', { params, signal })),
  )
  const check = useMutation({
    mutationFn: () => take(api.POST('/api/v1/services/{service}/check', { params })),
  })
  const service = query.data?.data
  return (
    <>
      <PageHeader
        title={service?.name ?? 'Service'}
        parent={{ href: '/services', label: 'Services' }}
        about={service && <>Number {service.id} for the API and the command line.</>}
        actions={
          service && (
            <>
              <Button variant="default" loading={check.isPending} onClick={() => check.mutate()}>
                Check connection
              </Button>
              <DeleteButton service={service} />
            </>
          )
        }
      />
      {check.error && <Fault error={check.error} title="The connection could not be checked" />}
      {check.data && <CheckResult {...check.data} />}
      <Loaded query={query}>
        {({ data, etag }) => (
          <ServiceForm
            key={formKey}
            service={data}
            reload={() => void reload()}
            save={async (body) => {
              const answer = await take(
                api.PATCH('/api/v1/services/{service}', { params, body, headers: ifMatch(etag) }),
              )
              check.reset()
              await queryClient.invalidateQueries({ queryKey: ['services'] })
              tell(`The service ${body.name} is saved.`)
              return await saved(answer)
            }}
          />
        )}
      </Loaded>
    </>
  )
}

function CheckResult({ isUsable, message, certificate }: Schemas['ServiceCheck']) {
  return (
    <Alert
      color={isUsable ? 'green' : 'red'}
      icon={isUsable ? <IconCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
      title={isUsable ? 'The service can be used' : 'The service can not be used'}
      role="status"
      mb="md"
    >
      <Text size="sm">{message}</Text>
      <Text size="sm" c="dimmed">
        What is saved was checked. No device got anything.
      </Text>
      {certificate && <CertificateFacts facts={certificate} />}
    </Alert>
  )
}

function DeleteButton({ service: { id, name } }: { service: Schemas['Service'] }) {
  const go = useGo()
  const deletion = useMutation({
    mutationFn: (cascade: boolean) =>
      take(
        api.DELETE('/api/v1/services/{service}', {
          params: { path: { service: id }, query: cascade ? { cascade } : {} },
        }),
      ),
    onSuccess: () => {
      tell(`The service ${name} is deleted.`)
      go('/services')
      void queryClient.invalidateQueries()
    },
  })
  const remove = async () => {
    const isSure = await confirmed({
      title: `Delete the service ${name}?`,
      about: 'Its credential is deleted, too. This can not be undone.',
      action: 'Delete the service',
      isDangerous: true,
    })
    if (!isSure) return
    try {
      await deletion.mutateAsync(false)
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'PUSH_ERR_SERVICE_IN_USE')
        return tell(faultText(error), 'failed')
      if (await isSureOfAll(name)) await runAction(() => deletion.mutateAsync(true))
    }
  }
  return (
    <Button variant="outline" color="red" loading={deletion.isPending} onClick={() => void remove()}>
      Delete
    </Button>
  )
}

function isSureOfAll(name: string): Promise<boolean> {
  return confirmed({
    title: `Delete all that belongs to ${name}?`,
    about:
      'The service is in use. With it go its devices with their timelines, its notifications, its schedules, its pushes with what came of them, and its feedback services. Pushes that run are cancelled first. It may take minutes, and can not be undone.',
    action: 'Delete all of it',
    isDangerous: true,
  })
}

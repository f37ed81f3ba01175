import { api, take } from '../../api/client'
import { queryClient } from '../../api/queries'
import { tell } from '../../components/action'
import { PageHeader } from '../../components/page-header'
import { useGo } from '../../components/use-go'
import { ServiceForm } from './service-form'

/** Makes a service. */
export default function NewServicePage() {
  const go = useGo()
  return (
    <>
      <PageHeader title="Add a service" parent={{ href: '/services', label: 'Services' }} />
      <ServiceForm
        save={async ({ ca, ...body }) => {
          const made = await take(
            api.POST('/api/v1/services', { body: { ...body, ...(ca !== null && { ca }) } }),
          )
          await queryClient.invalidateQueries({ queryKey: ['services'] })
          tell(`The service ${made.name} is saved.`)
          go(`/services/${made.id}`)
          return made
        }}
      />
    </>
  )
}

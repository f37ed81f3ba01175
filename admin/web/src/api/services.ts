import { useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from './client'

/**
 * All services, for choosing one and for naming them. There are few. `refetchInterval` is in milliseconds; once on a page is enough, and each
 * that is given has a timer of its own. Absent: when the window is looked at again.
 */
export function useServices({ refetchInterval }: { refetchInterval?: number } = {}) {
  return useQuery({
    queryKey: ['services', 'all'],
    queryFn: ({ signal }) => allServices(signal),
    ...(refetchInterval !== undefined && { refetchInterval }),
  })
}

/** What a service is called; where that is not known (yet), its number. */
export function useServiceName(): (id: number) => string {
  const { data } = useServices()
  return (id) => data?.find((service) => service.id === id)?.name ?? `service ${id}`
}

async function allServices(signal: AbortSignal): Promise<Schemas['Service'][]> {
  const services: Schemas['Service'][] = []
  for (let after: number | null = 0; after !== null; ) {
    const query = { limit: 1000, ...(after > 0 && { after }) }
    const page: { items: Schemas['Service'][]; next: number | null } = await take(
      api.GET('/api/v1/services', { params: { query }, signal }),
    )
    services.push(...page.items)
    after = page.next
  }
  return services
}

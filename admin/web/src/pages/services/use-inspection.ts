import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { api, type Schemas, take } from '../../api/client'
import { draftOf, type ServiceValues } from './service-values'

/** How long nothing is typed before it is looked at. */
const DELAY_MS = 400

/** What the server says of a service that is being typed; undefined: it has said nothing yet. */
export function useInspection(
  values: ServiceValues,
  service: number | undefined,
): Schemas['ServiceInspection'] | undefined {
  const [draft] = useDebouncedValue(JSON.stringify(draftOf(values, service)), DELAY_MS)
  const { data } = useQuery({
    queryKey: ['service-inspection', draft],
    queryFn: ({ signal }) =>
      take(
        api.POST('/api/v1/services/inspect', { body: JSON.parse(draft) as Schemas['ServiceDraft'], signal }),
      ),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    // What was typed may be secret: it is forgotten at once.
    gcTime: 0,
  })
  return data
}

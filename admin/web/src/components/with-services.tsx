import { Button, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useServices } from '../api/services'
import { Loaded } from './loaded'

interface WithServicesProps {
  /** What a service is needed for, without a full stop: `A device belongs to a service`. */
  about: string
  /** The head of the page, as long as there is nothing that has one. */
  header?: ReactNode
  /** Called with the only service there is; with null where there are several. */
  children: (only: number | null) => ReactNode
}

/** What takes a service; where there is none, the way to one. */
export function WithServices({ about, header, children }: WithServicesProps) {
  return (
    <Loaded query={useServices()} head={header}>
      {(services) =>
        services.length > 0 ? (
          children(services.length === 1 ? services[0]!.id : null)
        ) : (
          <>
            {header}
            <Text mb="md">{about}, and there is none yet.</Text>
            <Button component={Link} href="/services/new">
              Add a service
            </Button>
          </>
        )
      }
    </Loaded>
  )
}

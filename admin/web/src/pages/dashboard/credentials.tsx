import { Alert, Anchor, List } from '@mantine/core'
import { IconCertificate } from '@tabler/icons-react'
import { Link } from 'wouter'
import { useServices } from '../../api/services'
import { Ago } from '../../components/time'
import { useMinute } from '../../components/use-minute'

/** How long before its end a certificate is told of, in days. */
const WARN_DAYS = 30
/** How often the services are looked at anew. The dashboard may stay open for weeks. */
const LOOK_MS = 60_000

/** The certificates that end soon or have ended, or that there is no service yet; nothing where all is well. */
export function Credentials() {
  const { data: services } = useServices({ refetchInterval: LOOK_MS })
  useMinute()
  const until = Date.now() + WARN_DAYS * 86_400_000
  const ending = (services ?? []).flatMap(({ id, name, certificateInfo }) =>
    certificateInfo !== null && Date.parse(certificateInfo.expiresAt) < until
      ? [{ id, name, expiresAt: certificateInfo.expiresAt }]
      : [],
  )
  if (services?.length === 0)
    return (
      <Alert color="blue" title="Begin by adding a service">
        A service is an app in one environment of Apple’s, with its key or certificate; devices and pushes
        belong to one.{' '}
        <Anchor component={Link} href="/services/new" size="sm">
          Add a service
        </Anchor>
      </Alert>
    )
  if (ending.length === 0) return null
  return (
    <Alert color="orange" icon={<IconCertificate aria-hidden />} title="Credentials that need to be renewed">
      <List size="sm">
        {ending.map(({ id, name, expiresAt }) => (
          <List.Item key={id}>
            <Anchor component={Link} href={`/services/${id}`}>
              {name}
            </Anchor>
            : its certificate {Date.parse(expiresAt) < Date.now() ? 'ended' : 'ends'} <Ago at={expiresAt} />.
            Pushes fail then; renew it at Apple, and put the new one in.
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}

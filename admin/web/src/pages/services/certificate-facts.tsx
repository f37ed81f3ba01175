import { List } from '@mantine/core'
import type { Schemas } from '../../api/client'
import { Expiry } from '../../components/expiry'

/** What a certificate is for and until when. */
export function CertificateFacts({
  facts,
}: {
  facts: NonNullable<Schemas['ServiceInspection']['certificate']>
}) {
  const { name, topics, environments, expiresAt } = facts
  return (
    <List size="sm" listStyleType="none">
      <List.Item className="mono">{name}</List.Item>
      <List.Item>
        For the topics:{' '}
        {topics.length === 0 ? 'it does not say' : <span className="mono">{topics.join(', ')}</span>}
      </List.Item>
      <List.Item>
        For the environments: {environments.length === 0 ? 'it does not say' : environments.join(', ')}
      </List.Item>
      <List.Item>
        <Expires at={expiresAt} />
      </List.Item>
    </List>
  )
}

function Expires({ at }: { at: string }) {
  return (
    <span style={{ display: 'inline-flex', gap: 6 }}>
      Expires: <Expiry at={at} />
    </span>
  )
}

import { Anchor, Badge, Group, Text } from '@mantine/core'
import { Link } from 'wouter'
import type { Schemas } from '../../api/client'
import { Copy } from '../../components/copy'

/** Digits of a token that are shown at either end. */
const SHOWN_DIGITS = 6

/** A token as it is shown where there is little room. */
export function shortToken(token: string): string {
  return token.length <= 2 * SHOWN_DIGITS + 1
    ? token
    : `${token.slice(0, SHOWN_DIGITS)}…${token.slice(-SHOWN_DIGITS)}`
}

const oneLine = { whiteSpace: 'nowrap' } as const

/** A link to a device by its token, shortened, with the whole of it to be copied. */
export function DeviceLink({ device: { id, token } }: { device: Pick<Schemas['Device'], 'id' | 'token'> }) {
  return (
    <Group gap={4} wrap="nowrap">
      <Anchor component={Link} href={`/devices/${id}`} ff="monospace" title={token} size="sm" style={oneLine}>
        {shortToken(token)}
      </Anchor>
      <Copy text={token} what="token" />
    </Group>
  )
}

/** Whether a device is active, and if not, why. */
export function DeviceActivity({ device: { isActive, deactivationReason } }: { device: Schemas['Device'] }) {
  return (
    <>
      <Badge variant="light" color={isActive ? 'green' : 'orange'} miw="max-content">
        {isActive ? 'active' : 'inactive'}
      </Badge>
      {!isActive && deactivationReason !== null && (
        <Text size="xs" c="dimmed">
          {deactivationReason}
        </Text>
      )}
    </>
  )
}

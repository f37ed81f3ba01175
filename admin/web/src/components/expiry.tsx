import { Badge, Group } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Ago, Time } from './time'
import { useMinute } from './use-minute'

/** From when on an end that comes is warned of. */
const WARNING_MS = 30 * 86_400_000

/** When something expires; with a warning where that is within 30 days, or over. A dash where it never does. */
export function Expiry({ at }: { at: string | null | undefined }) {
  useMinute()
  const left = at ? Date.parse(at) - Date.now() : Number.POSITIVE_INFINITY
  return (
    <Group gap={6}>
      <Time at={at} />
      {at && left < WARNING_MS && (
        <Badge
          variant="light"
          color={left < 0 ? 'red' : 'orange'}
          tt="none"
          leftSection={<IconAlertTriangle size={12} aria-hidden />}
        >
          {left < 0 ? 'expired' : <Ago at={at} />}
        </Badge>
      )}
    </Group>
  )
}

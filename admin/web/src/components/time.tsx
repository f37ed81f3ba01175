import { Text } from '@mantine/core'
import { useMinute } from './use-minute'

const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const relative = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' })
const units = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const

/** A time of the API in the reader's own time zone; over it, exactly and in UTC. A dash where there is none. */
export function Time({ at, ago = false }: { at: string | null | undefined; ago?: boolean }) {
  if (at === null || at === undefined)
    return (
      <Text span inherit c="dimmed" aria-label="never">
        –
      </Text>
    )
  return (
    <time dateTime={at} title={at} style={{ whiteSpace: 'nowrap' }}>
      {ago ? <Ago at={at} /> : dateTime.format(new Date(at))}
    </time>
  )
}

/** `3 minutes ago`, `in 2 days`: as long as it is shown. */
export function Ago({ at }: { at: string }) {
  useMinute()
  const seconds = Math.round((Date.parse(at) - Date.now()) / 1000)
  const [unit, size] = units.find(([, size]) => Math.abs(seconds) >= size) ?? units[3]
  return relative.format(Math.trunc(seconds / size), unit)
}

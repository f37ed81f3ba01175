import { Select, type SelectProps } from '@mantine/core'

/** The names of all time zones that the browser knows. */
export const timeZones: string[] = [
  'UTC',
  ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC'),
]

/** The time zone of who looks at the page. */
export const ownTimeZone = Intl.DateTimeFormat().resolvedOptions().timeZone

/** A time zone, by its IANA name. */
export function TimeZoneSelect(props: Omit<SelectProps, 'data'>) {
  return (
    <Select
      label="Time zone"
      searchable
      allowDeselect={false}
      limit={50}
      nothingFoundMessage="No such time zone"
      {...props}
      data={timeZones}
    />
  )
}

import { Group, Select, Stack, TextInput } from '@mantine/core'

interface FilterPeriodProps {
  label: string
  value: string | undefined
  set: (value: string | null) => void
  /** What is offered beside the last days: each with its words. */
  others?: { value: string; label: string }[]
}

const lastDays = [
  { value: 'today', label: 'today' },
  { value: '7d', label: 'in the past 7 days' },
  { value: '30d', label: 'in the past 30 days' },
  { value: '365d', label: 'in the past year' },
]

/** A period of time to filter by. */
export function FilterPeriod({ label, value = '', set, others = [] }: FilterPeriodProps) {
  const isBetween = value.includes('..')
  const [from = '', to = ''] = isBetween ? value.split('..') : []
  return (
    <Stack gap={4}>
      <Select
        label={label}
        placeholder="any time"
        data={[...lastDays, ...others, { value: '..', label: 'between two days' }]}
        value={isBetween ? '..' : value || null}
        onChange={set}
        clearable
        clearButtonProps={{ 'aria-label': `${label}: any time` }}
      />
      {isBetween && (
        <Group gap={4} wrap="nowrap" grow>
          <TextInput
            type="date"
            size="xs"
            aria-label={`${label}: first day`}
            value={from}
            onChange={({ currentTarget }) => set(`${currentTarget.value}..${to}`)}
          />
          <TextInput
            type="date"
            size="xs"
            aria-label={`${label}: last day`}
            value={to}
            onChange={({ currentTarget }) => set(`${from}..${currentTarget.value}`)}
          />
        </Group>
      )}
    </Stack>
  )
}

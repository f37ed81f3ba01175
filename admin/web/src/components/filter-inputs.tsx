import { Group, Select, Stack, TextInput, type TextInputProps } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useState } from 'react'

interface FilterTextProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  value: string | undefined
  set: (value: string) => void
}

/** A text to filter by; it counts when somebody stops typing. */
export function FilterText({ value = '', set, ...props }: FilterTextProps) {
  const [typed, type] = useState(value)
  const setLater = useDebouncedCallback(set, { delay: 400, flushOnUnmount: false })
  // It may be changed from elsewhere: by "Clear the filters", or by going back.
  useEffect(() => type(value), [value])
  return (
    <TextInput
      {...props}
      value={typed}
      onChange={({ currentTarget }) => {
        type(currentTarget.value)
        setLater(currentTarget.value.trim())
      }}
    />
  )
}

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

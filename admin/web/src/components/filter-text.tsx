import { TextInput, type TextInputProps } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useState } from 'react'

/** How long nothing is typed before the list is asked for. */
const DELAY_MS = 300

interface FilterTextProps extends Omit<TextInputProps, 'value' | 'onChange'> {
  value: string | null
  onChange: (value: string | null) => void
}

/** A filter that is typed. The list follows when nothing more is typed for a moment. */
export function FilterText({ value, onChange, ...props }: FilterTextProps) {
  const [typed, type] = useState(value ?? '')
  const say = useDebouncedCallback((text: string) => onChange(text.trim() || null), DELAY_MS)
  // It was changed from elsewhere, as by a button that shows all.
  useEffect(() => {
    type((typed) => (typed.trim() === (value ?? '') ? typed : (value ?? '')))
  }, [value])
  return (
    <TextInput
      {...props}
      value={typed}
      onChange={({ currentTarget }) => {
        type(currentTarget.value)
        say(currentTarget.value)
      }}
    />
  )
}

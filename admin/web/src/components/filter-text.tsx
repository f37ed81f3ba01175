import { Autocomplete, type AutocompleteProps, TextInput, type TextInputProps } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useState } from 'react'

/** How long nothing is typed before the list is asked for. */
const DELAY_MS = 300

interface Filter {
  value: string | null
  onChange: (value: string | null) => void
}

/** A filter that is typed. The list follows when nothing more is typed for a moment. */
export function FilterText({
  value,
  onChange,
  ...props
}: Omit<TextInputProps, 'value' | 'onChange'> & Filter) {
  const { typed, type } = useTyped({ value, onChange })
  return <TextInput {...props} value={typed} onChange={({ currentTarget }) => type(currentTarget.value)} />
}

/** The same, with some texts to be chosen from. */
export function FilterSuggestion({
  value,
  onChange,
  ...props
}: Omit<AutocompleteProps, 'value' | 'onChange'> & Filter) {
  const { typed, type } = useTyped({ value, onChange })
  return <Autocomplete {...props} value={typed} onChange={type} />
}

/** What is typed, and what a filter does about it. */
function useTyped({ value, onChange }: Filter) {
  const [typed, type] = useState(value ?? '')
  const say = useDebouncedCallback((text: string) => onChange(text.trim() || null), DELAY_MS)
  // It was changed from elsewhere, as by a button that shows all.
  useEffect(() => {
    type((typed) => (typed.trim() === (value ?? '') ? typed : (value ?? '')))
  }, [value])
  return {
    typed,
    type: (text: string) => {
      type(text)
      say(text)
    },
  }
}

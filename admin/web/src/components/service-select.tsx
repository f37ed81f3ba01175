import { Select, type SelectProps } from '@mantine/core'
import { useServices } from '../api/services'

interface ServiceSelectProps extends Omit<SelectProps, 'data' | 'value' | 'onChange' | 'onSelect'> {
  /** The id of the service; null: none. */
  value: number | null
  onChange: (service: number | null) => void
}

/** One of the services. With `clearable` it may be none. */
export function ServiceSelect({ value, onChange, ...props }: ServiceSelectProps) {
  const { data, error } = useServices()
  return (
    <Select
      label="Service"
      // What is chosen is not taken away by choosing it once more.
      allowDeselect={props.clearable ?? false}
      searchable
      nothingFoundMessage="No such service"
      error={error && 'The services could not be loaded'}
      clearButtonProps={{ 'aria-label': 'No service' }}
      {...props}
      // Several services may have the same name, in different environments.
      data={(data ?? []).map(({ id, name, hostname }) => ({
        value: String(id),
        label: data?.some((other) => other.id !== id && other.name === name) ? `${name} (${hostname})` : name,
      }))}
      value={value === null ? null : String(value)}
      onChange={(id) => onChange(id === null ? null : Number(id))}
    />
  )
}

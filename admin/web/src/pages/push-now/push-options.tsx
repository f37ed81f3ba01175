import { NumberInput, Select, Stack } from '@mantine/core'
import type { Schemas } from '../../api/client'

/** How a push is sent. */
export type PushOptions = Required<Pick<Schemas['PushInput'], 'urgency' | 'duplicates' | 'maxAttempts'>>

export const defaultOptions: PushOptions = { urgency: 'normal', duplicates: 'bounded', maxAttempts: 5 }

/** How often something may reach a device twice, in words. */
export const duplicatesWords: Record<PushOptions['duplicates'], string> = {
  never: 'never: rather not at all',
  bounded: 'bounded: 2,000 devices a worker at most',
  allowed: 'allowed: also what got no answer',
}

/** How? */
export function PushOptionFields({
  options,
  change,
}: {
  options: PushOptions
  change: (options: PushOptions) => void
}) {
  return (
    <Stack gap="sm" maw={420}>
      <Select
        label="Urgency"
        description="An urgent push is begun before others, and has places of its own."
        data={['normal', 'urgent']}
        allowDeselect={false}
        value={options.urgency}
        onChange={(value) => change({ ...options, urgency: value as PushOptions['urgency'] })}
      />
      <Select
        label="Duplicates"
        description="What may reach a device twice when a worker is killed."
        data={Object.entries(duplicatesWords).map(([value, label]) => ({ value, label }))}
        allowDeselect={false}
        value={options.duplicates}
        onChange={(value) => change({ ...options, duplicates: value as PushOptions['duplicates'] })}
      />
      <NumberInput
        label="Attempts"
        description="How often a device is tried that Apple refuses for now."
        min={1}
        max={100}
        allowDecimal={false}
        clampBehavior="strict"
        value={options.maxAttempts}
        onChange={(value) => change({ ...options, maxAttempts: typeof value === 'number' ? value : 5 })}
      />
    </Stack>
  )
}

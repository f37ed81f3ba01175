import { Button, Group } from '@mantine/core'
import { Link } from 'wouter'
import { useKeptFocus } from './kept-focus'

interface FormButtonsProps {
  /** What the first button does; `Save` by default. */
  action?: string
  isBusy: boolean
  isDisabled?: boolean
  /** Where the second one goes. */
  back: string
  /** What the second one says; `Cancel` by default. */
  backLabel?: string
}

/** The end of a form: what submits it, and the way out. */
export function FormButtons({
  action = 'Save',
  isBusy,
  isDisabled = false,
  back,
  backLabel = 'Cancel',
}: FormButtonsProps) {
  useKeptFocus(isBusy)
  return (
    <Group>
      <Button type="submit" loading={isBusy} disabled={isDisabled}>
        {action}
      </Button>
      <Button variant="default" component={Link} href={back}>
        {backLabel}
      </Button>
    </Group>
  )
}

import { Text } from '@mantine/core'
import { modals } from '@mantine/modals'
import type { ReactNode } from 'react'

interface Question {
  title: string
  /** What will happen, and whether it can be undone. */
  about: ReactNode
  /** The word on the button: what it does. */
  action: string
  /** The word on the button that does nothing; `Cancel` by default. */
  cancel?: string
  /** Something is lost by it. */
  isDangerous?: boolean
}

/** Asks before something is done. False: it is not to be done. Enter alone does nothing: the button that cancels has the focus. */
export function confirmed({
  title,
  about,
  action,
  cancel = 'Cancel',
  isDangerous = false,
}: Question): Promise<boolean> {
  return new Promise((resolve) => {
    modals.openConfirmModal({
      title,
      children: (
        <Text size="sm" component="div">
          {about}
        </Text>
      ),
      labels: { confirm: action, cancel },
      cancelProps: { 'data-autofocus': true },
      confirmProps: { color: isDangerous ? 'red' : undefined },
      closeButtonProps: { 'aria-label': 'Close' },
      onConfirm: () => resolve(true),
      onClose: () => resolve(false),
    })
  })
}

import { notifications } from '@mantine/notifications'
import { ApiError } from '../api/client'

/** A line at the edge of the page that goes away by itself; what went wrong stays longer. */
export function tell(message: string, kind: 'done' | 'failed' = 'done'): void {
  notifications.show({
    message,
    color: kind === 'done' ? 'green' : 'red',
    autoClose: kind === 'done' ? 4_000 : 15_000,
    withBorder: true,
    closeButtonProps: { 'aria-label': 'Close this message' },
  })
}

/** Does something that a button asks for, and says what came of it. False: it failed, and that was said. */
export async function runAction(action: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await action()
  } catch (error) {
    tell(faultText(error), 'failed')
    return false
  }
  if (done !== undefined) tell(done)
  return true
}

/** What is wrong, in one line, with the code to look it up. */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error instanceof ApiError && error.code !== '' ? `${error.message} (${error.code})` : error.message
}

import type { UseFormReturnType } from '@mantine/form'
import { ApiError } from '../api/client'
import { faultText, tell } from './action'

/**
 * Shows what the API says is wrong at the fields of a form: those of the same name, or those that `names` gives for the API's. What has no
 * field in it is told at the edge of the page. Returns the fields that have something.
 */
export function showFaults<Values extends Record<string, unknown>>(
  // biome-ignore lint/suspicious/noExplicitAny: how a form changes its values on the way is none of our business.
  form: UseFormReturnType<Values, any>,
  error: unknown,
  names: Record<string, string> = {},
): string[] {
  if (!(error instanceof ApiError)) {
    tell(faultText(error), 'failed')
    return []
  }
  const shown: string[] = []
  const faults =
    error.faults.length > 0 ? error.faults : [{ field: error.field ?? null, message: error.message }]
  for (const { field, message } of faults) {
    const name = field === null ? undefined : fieldOf(field, names)
    if (name !== undefined && name in form.getValues()) {
      form.setFieldError(name, atField(field ?? '', message))
      shown.push(name)
    } else tell(message, 'failed')
  }
  return shown
}

/** The field of a form for one of the API's: the same, the one that `names` gives, or for a part of it, such as `tags[0]`, the whole. */
export function fieldOf(field: string, names: Record<string, string> = {}): string {
  const whole = /^\w+/.exec(field)?.[0] ?? field
  return names[field] ?? names[whole] ?? whole
}

/** What is wrong with a field, to be shown at it: without the field's name in front, or the last part of it, which nobody sees there. */
export function atField(field: string, message: string): string {
  const end = message.indexOf(': ')
  const name = message.slice(0, end)
  return end > 0 && (name === field || field.endsWith(`.${name}`)) ? message.slice(end + 2) : message
}

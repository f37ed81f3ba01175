import type { UseFormReturnType } from '@mantine/form'
import type { Schemas } from '../../api/client'
import { atField, fieldOf } from '../../components/form-faults'
import type { Draft } from './draft'
import { noFields, parsedObject } from './fields'

type TextName = { [Name in keyof Draft]: Draft[Name] extends string | number ? Name : never }[keyof Draft]

/** What the parts of the form work with: the draft, and the properties of an input by the name of its field. */
export interface NotificationForm {
  draft: Draft
  /** Parts that are folded away, and hold something. */
  opened: string[]
  // biome-ignore lint/suspicious/noExplicitAny: inputs of texts and of numbers take different values.
  field: (name: TextName) => any
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  select: (name: TextName) => any
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  check: (name: 'silent' | 'mutable') => any
}

/** Fields of the API that are called otherwise in the form. */
export const fieldNames: Record<string, string> = { expiration: 'expires', payload: 'json' }
/** The same where the payload is written as JSON: there are no fields for what is in it. */
export const jsonNames: Record<string, string> = {
  ...Object.fromEntries(Object.keys(noFields).map((name) => [name, 'json'])),
  ...fieldNames,
}

/** Puts a form and what the server says about it together. */
export function notificationForm(
  form: UseFormReturnType<Draft>,
  problems: Schemas['NotificationPreview']['problems'],
): NotificationForm {
  const draft = form.getValues()
  const faultOf = (name: string) =>
    form.errors[name] ?? (name === 'customPayload' ? customFault(draft) : undefined) ?? problemOf(name)
  const problemOf = (name: string) => {
    const problem = problems.find(({ field }) => field !== null && fieldOf(field, fieldNames) === name)
    return problem && atField(problem.field ?? '', problem.message)
  }
  const props = (name: keyof Draft) => {
    const input = form.getInputProps(name)
    return { ...input, error: faultOf(name) }
  }
  return {
    draft,
    opened: openedOf(draft),
    field: props,
    select: (name) => {
      const { value, onChange, ...input } = props(name)
      return { ...input, value: value || null, onChange: (chosen: string | null) => onChange(chosen ?? '') }
    },
    check: (name) => form.getInputProps(name, { type: 'checkbox' }),
  }
}

/** What is wrong with the custom payload as a text; nothing about it is known to the server before it is JSON. */
export function customFault({ customPayload }: Draft): string | undefined {
  if (customPayload.trim() === '') return undefined
  const parsed = parsedObject(customPayload)
  return 'fault' in parsed ? parsed.fault : undefined
}

function openedOf(draft: Draft): string[] {
  const { titleLocKey, subtitleLocKey, locKey, actionLocKey, titleLocArgs, subtitleLocArgs, locArgs } = draft
  const { mutable, silent, interruptionLevel, threadId, category } = draft
  const isLocalised = titleLocKey || subtitleLocKey || locKey || actionLocKey
  return [
    ...(isLocalised || titleLocArgs || subtitleLocArgs || locArgs ? ['localised'] : []),
    ...(mutable || silent || interruptionLevel || threadId || category ? ['more'] : []),
  ]
}

import { Textarea } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { type Draft, draftPayload, withPayload } from './draft'
import { parsedObject, pretty } from './fields'

interface JsonViewProps {
  draft: Draft
  change: (draft: Draft) => void
  /** What the API says is wrong with it. */
  error: ReactNode
}

/** The payload as JSON. What is typed changes the fields; what they can't say is kept as JSON. */
export function JsonView({ draft, change, error }: JsonViewProps) {
  const [text, setText] = useState(() => {
    const payload = draftPayload(draft)
    return payload === undefined ? draft.json : pretty(payload)
  })
  const parsed = parsedObject(text)
  return (
    <Textarea
      label="Payload as JSON"
      description="As the device gets it. The fields follow, as far as there are fields for what is in it."
      autosize
      minRows={10}
      maxRows={30}
      spellCheck={false}
      classNames={{ input: 'mono' }}
      error={'fault' in parsed ? parsed.fault : error}
      value={text}
      onChange={({ currentTarget: { value } }) => {
        setText(value)
        const typed = parsedObject(value)
        // What is no JSON is kept as well, so that nothing is saved but what is seen. A space alone would mean: no JSON.
        change('value' in typed ? withPayload(draft, typed.value) : { ...draft, json: value || ' ' })
      }}
    />
  )
}

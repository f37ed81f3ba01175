import { ActionIcon, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

/**
 * A button that copies a text. Browsers allow that to pages that came over TLS or from the same machine only: elsewhere there is none. (No tooltip: a list has
 * hundreds of these, and each would cost.)
 */
export function Copy({ text, what }: { text: string; what: string }) {
  if (!window.isSecureContext) return null
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <ActionIcon
          variant="subtle"
          color="gray"
          size="sm"
          aria-label={copied ? 'Copied' : `Copy the ${what}`}
          title={copied ? 'Copied' : `Copy the ${what}`}
          onClick={copy}
        >
          {copied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
        </ActionIcon>
      )}
    </CopyButton>
  )
}

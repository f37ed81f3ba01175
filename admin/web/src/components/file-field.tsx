import { Box, Button, CloseButton, FileButton, Group, Input, Paper, Text, Textarea } from '@mantine/core'
import { type AriaAttributes, type ReactNode, useEffect, useId, useRef, useState } from 'react'

/** Files with keys and certificates have a few kilobytes; a chain of certificates may have some more. */
export const MAX_CREDENTIAL_BYTES = 200_000

interface FileFieldProps {
  label: string
  description?: ReactNode
  error?: ReactNode
  required?: boolean
  /** What the dialogue of the browser offers, such as `.csv,text/csv`. Other files can be dropped all the same. */
  accept?: string
  /** A larger file is refused with a sentence; absent: of any size. */
  maxBytes?: number
  /** The file that was chosen; null: none. */
  file: File | null
  /** Called with the file that was chosen, dropped or pasted; with null when it is taken away. */
  onFile: (file: File | null) => void
}

/** A file: to be chosen, dropped or pasted. */
export function FileField({
  label,
  description,
  error,
  required = false,
  file,
  onFile,
  accept,
  maxBytes,
}: FileFieldProps) {
  const { tooLarge, take } = useLimit(maxBytes, onFile)
  const { isOver, target } = useDroppedFile(take)
  const shownError = tooLarge ?? error
  const labelId = useId()
  const faultId = useId()
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id: labelId }}
      description={description}
      error={shownError}
      errorProps={{ id: faultId }}
      required={required}
    >
      <Paper
        withBorder
        p="sm"
        mt={4}
        role="group"
        aria-labelledby={labelId}
        {...target}
        style={{
          borderStyle: 'dashed',
          borderColor: 'var(--mantine-color-dimmed)',
          ...(isOver && { borderColor: 'var(--mantine-primary-color-filled)' }),
          ...(shownError && { borderColor: 'var(--mantine-color-error)' }),
        }}
      >
        <Group gap="sm">
          {/* It is what has the keyboard here: so it says that something is wrong, and is gone to. */}
          <ChooseButton
            accept={accept}
            onFile={take}
            label={label}
            {...(shownError && { 'aria-invalid': true, 'aria-describedby': faultId })}
          />
          {file === null ? (
            <Text size="sm" c="dimmed">
              {isOver ? 'Let it go here' : 'or drop it here'}
            </Text>
          ) : (
            <Group gap={4} wrap="nowrap">
              <Text size="sm" className="mono">
                {file.name} ({bytesText(file.size)})
              </Text>
              <CloseButton size="sm" aria-label={`Take ${file.name} away`} onClick={() => take(null)} />
            </Group>
          )}
        </Group>
      </Paper>
    </Input.Wrapper>
  )
}

interface FileTextareaProps {
  label: string
  description?: ReactNode
  error?: ReactNode
  required?: boolean
  accept?: string
  placeholder?: string
  value: string
  onChange: (value: string) => void
  /** What a file in binary form (DER) is, such as `CERTIFICATE`, to be written as PEM. Absent: files are taken as they are. */
  derLabel?: string
  /** Called beside `onChange` when the text came from a file. */
  onFileName?: (name: string) => void
}

/** The text of a file: to be pasted or typed, or taken from a file that is chosen or dropped, and is no larger than credentials are. */
export function FileTextarea({
  value,
  onChange,
  onFileName,
  derLabel,
  accept,
  error,
  ...props
}: FileTextareaProps) {
  const read = async (file: File | null) => {
    if (file === null) return
    onChange(await textOf(file, derLabel))
    onFileName?.(file.name)
  }
  const { tooLarge, take } = useLimit(MAX_CREDENTIAL_BYTES, (file) => void read(file))
  const { isOver, target } = useDroppedFile(take)
  return (
    <Box {...target}>
      <Textarea
        {...props}
        error={tooLarge ?? error}
        classNames={{ input: 'mono' }}
        styles={{
          input: { fontSize: 12, ...(isOver && { borderColor: 'var(--mantine-primary-color-filled)' }) },
        }}
        rows={4}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => {
          take(null)
          onChange(event.currentTarget.value)
        }}
      />
      <Group gap="xs" mt={4}>
        <ChooseButton accept={accept} onFile={take} label={props.label} />
        <Text size="sm" c="dimmed">
          {isOver ? 'Let it go here' : 'or drop it on the text'}
        </Text>
      </Group>
    </Box>
  )
}

/** The text of a file; as PEM where it is binary. A DER structure is an ASN.1 SEQUENCE, whose first byte is 0x30 (X.690, section 8.9). */
async function textOf(file: File, derLabel: string | undefined): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  // A text that begins with a zero is followed by no such length.
  if (derLabel === undefined || bytes[0] !== 0x30 || (bytes[1] ?? 0) < 0x80) return file.text()
  const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,64}/g) ?? []
  return `-----BEGIN ${derLabel}-----\n${lines.join('\n')}\n-----END ${derLabel}-----\n`
}

interface ChooseButtonProps extends Pick<FileFieldProps, 'onFile' | 'label'>, AriaAttributes {
  accept: string | undefined
}

function ChooseButton({ accept, onFile, label, ...aria }: ChooseButtonProps) {
  const reset = useRef<() => void>(null)
  return (
    <FileButton
      {...(accept !== undefined && { accept })}
      resetRef={reset}
      onChange={(file) => {
        onFile(file)
        // So that the same file can be chosen again after it was changed.
        reset.current?.()
      }}
    >
      {(props) => (
        <Button {...props} {...aria} size="xs" variant="default" aria-label={`Choose a file: ${label}`}>
          Choose a file
        </Button>
      )}
    </FileButton>
  )
}

/** Lets no file through that is larger, and says so until there is another one, or none. */
function useLimit(maxBytes = Number.POSITIVE_INFINITY, onFile: (file: File | null) => void) {
  const [tooLarge, setTooLarge] = useState<string>()
  const take = (file: File | null) => {
    const isTooLarge = file !== null && file.size > maxBytes
    setTooLarge(
      isTooLarge ? `${file.name} is larger than ${bytesText(maxBytes)}. Is it the right file?` : undefined,
    )
    if (!isTooLarge) onFile(file)
  }
  return { tooLarge, take }
}

/** What an element needs for a file to be dropped on it, or pasted into it, and whether one is held above it. */
function useDroppedFile(onFile: (file: File) => void) {
  const [isOver, setOver] = useState(false)
  // A file that misses its place would take the browser away from the page, and what was typed with it.
  useEffect(() => {
    const ignore = (event: DragEvent) => {
      if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
    }
    window.addEventListener('dragover', ignore)
    window.addEventListener('drop', ignore)
    return () => {
      window.removeEventListener('dragover', ignore)
      window.removeEventListener('drop', ignore)
    }
  }, [])
  const take = (event: { preventDefault: () => void }, files: FileList) => {
    const file = files[0]
    if (file === undefined) return
    event.preventDefault()
    onFile(file)
  }
  return {
    isOver,
    target: {
      onDragOver: (event: React.DragEvent) => setOver(event.dataTransfer.types.includes('Files')),
      onDragLeave: () => setOver(false),
      onDrop: (event: React.DragEvent) => {
        setOver(false)
        take(event, event.dataTransfer.files)
      },
      onPaste: (event: React.ClipboardEvent) => take(event, event.clipboardData.files),
    },
  }
}

/** `1.4 MB`. */
function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  const [size, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB']
  return `${size.toFixed(size < 10 ? 1 : 0)} ${unit}`
}

import { Box, Button, CloseButton, FileButton, Group, Input, Paper, Text, Textarea } from '@mantine/core'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'

interface FileFieldProps {
  label: string
  description?: ReactNode
  error?: ReactNode
  required?: boolean
  /** What the dialogue of the browser offers, such as `.csv,text/csv`. Other files can be dropped all the same. */
  accept?: string
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
}: FileFieldProps) {
  const { isOver, target } = useDroppedFile(onFile)
  const labelId = useId()
  return (
    <Input.Wrapper
      label={label}
      labelElement="div"
      labelProps={{ id: labelId }}
      description={description}
      error={error}
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
          ...(error && { borderColor: 'var(--mantine-color-error)' }),
        }}
      >
        <Group gap="sm">
          <ChooseButton accept={accept} onFile={onFile} label={label} />
          {file === null ? (
            <Text size="sm" c="dimmed">
              {isOver ? 'Let it go here' : 'or drop it here'}
            </Text>
          ) : (
            <Group gap={4} wrap="nowrap">
              <Text size="sm" className="mono">
                {file.name} ({bytesText(file.size)})
              </Text>
              <CloseButton size="sm" aria-label={`Take ${file.name} away`} onClick={() => onFile(null)} />
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
  /** Called beside `onChange` when the text came from a file. */
  onFileName?: (name: string) => void
}

/** The text of a file: to be pasted or typed, or taken from a file that is chosen or dropped. */
export function FileTextarea({ value, onChange, onFileName, accept, ...props }: FileTextareaProps) {
  const read = async (file: File | null) => {
    if (file === null) return
    onChange(await file.text())
    onFileName?.(file.name)
  }
  const { isOver, target } = useDroppedFile((file) => void read(file))
  return (
    <Box {...target}>
      <Textarea
        {...props}
        classNames={{ input: 'mono' }}
        styles={{
          input: { fontSize: 12, ...(isOver && { borderColor: 'var(--mantine-primary-color-filled)' }) },
        }}
        rows={4}
        spellCheck={false}
        autoComplete="off"
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Group gap="xs" mt={4}>
        <ChooseButton accept={accept} onFile={(file) => void read(file)} label={props.label} />
        <Text size="sm" c="dimmed">
          {isOver ? 'Let it go here' : 'or drop it on the text'}
        </Text>
      </Group>
    </Box>
  )
}

function ChooseButton({
  accept,
  onFile,
  label,
}: Pick<FileFieldProps, 'onFile' | 'label'> & { accept: string | undefined }) {
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
        <Button {...props} size="xs" variant="default" aria-label={`Choose a file: ${label}`}>
          Choose a file
        </Button>
      )}
    </FileButton>
  )
}

/** What an element needs for a file to be dropped on it, or pasted into it, and whether one is held above it. */
function useDroppedFile(onFile: (file: File) => void) {
  const [isOver, setOver] = useState(false)
  // A file that misses its place would take the browser away from the page, and what was typed with it.
  useEffect(() => {
    const ignore = (event: DragEvent) => event.preventDefault()
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

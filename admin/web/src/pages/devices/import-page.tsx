import { Alert, Button, Card, Code, Group, List, Progress, Stack, Table, Text, Title } from '@mantine/core'
import { IconAlertTriangle, IconCheck, IconDownload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { Schemas } from '../../api/client'
import { queryClient } from '../../api/queries'
import { counted } from '../../components/counted'
import { Fault } from '../../components/fault'
import { FileField } from '../../components/file-field'
import { PageHeader } from '../../components/page-header'
import { ServiceSelect } from '../../components/service-select'
import { useUnsavedGuard } from '../../components/unsaved'
import { WithServices } from '../../components/with-services'
import { type UploadProgress, uploadDevices } from './upload'

/** Brings a file of devices into the registry. */
export default function ImportPage() {
  return (
    <>
      <PageHeader
        title="Import devices"
        parent={{ href: '/devices', label: 'Devices' }}
        about="Devices that are known already are changed, others are added. No push is sent by it."
      />
      <WithServices about="Devices belong to a service">{(only) => <Form only={only} />}</WithServices>
    </>
  )
}

const stopQuestion = {
  title: 'Leave and stop the import?',
  about:
    'What has come until then stays in the registry; the rest is not imported. The same file can be imported again.',
}

function Form({ only }: { only: number | null }) {
  const [service, choose] = useState(only)
  const [file, setFile] = useState<File | null>(null)
  const [progress, setProgress] = useState<UploadProgress | null>(null)
  const stopping = useRef<AbortController>(null)
  const upload = useMutation({
    mutationFn: (job: { service: number; file: File }) => {
      const stop = new AbortController()
      stopping.current = stop
      setProgress({ sent: 0, bytes: job.file.size })
      return uploadDevices(job.service, job.file, { signal: stop.signal, progressed: setProgress })
    },
    onSettled: () => {
      void queryClient.invalidateQueries({ queryKey: ['devices'] })
    },
  })
  useUnsavedGuard(upload.isPending, stopQuestion)
  useEffect(() => () => stopping.current?.abort(), [])
  const wasStopped = upload.error instanceof DOMException
  return (
    <Stack maw={760}>
      <ServiceSelect
        required
        description="The app, in one environment of Apple’s, that the tokens are of."
        disabled={upload.isPending}
        value={service}
        onChange={choose}
      />
      <FileField
        label="File"
        required
        description="CSV with a header, NDJSON, or one token a line; it may be packed with gzip. Of any size."
        accept=".csv,.txt,.ndjson,.jsonl,.gz,text/csv,text/plain,application/x-ndjson"
        file={file}
        onFile={(next) => {
          setFile(next)
          if (!upload.isPending) upload.reset()
        }}
      />
      <Formats />
      <Group>
        <Button
          disabled={service === null || file === null}
          loading={upload.isPending}
          onClick={() => service !== null && file !== null && upload.mutate({ service, file })}
        >
          Import
        </Button>
        {upload.isPending && (
          <Button variant="default" onClick={() => stopping.current?.abort()}>
            Stop
          </Button>
        )}
      </Group>
      {upload.isPending && progress !== null && <Uploading progress={progress} />}
      {wasStopped && (
        <Alert color="orange" role="alert" title="The import was stopped">
          What had come until then is in the registry. The same file can be imported again.
        </Alert>
      )}
      {upload.error !== null && !wasStopped && (
        <Fault error={upload.error} title="The file was not imported, or not all of it" />
      )}
      {upload.data && <Report report={upload.data} fileName={upload.variables.file.name} />}
    </Stack>
  )
}

function Formats() {
  return (
    <details>
      <summary>What the file may look like</summary>
      <List size="sm" mt="xs" spacing={4}>
        <List.Item>
          CSV: a header with <Code>token</Code>, and any of <Code>is_active</Code>, <Code>platform</Code>,{' '}
          <Code>display</Code>, <Code>os_version</Code>, <Code>app_version</Code>, <Code>locale</Code>,{' '}
          <Code>time_zone</Code>, <Code>tags</Code> (with spaces between), <Code>attributes</Code> (JSON).
          Empty fields stay as they are in the registry.
        </List.Item>
        <List.Item>
          NDJSON: one object a line, such as <Code>{'{"token": "0a1b…", "platform": "iPhone"}'}</Code>.
        </List.Item>
        <List.Item>One token a line, and nothing else.</List.Item>
        <List.Item>
          A file of “Export”, in both of its formats. All of it goes to the service chosen above: export one
          service at a time.
        </List.Item>
      </List>
    </details>
  )
}

function Uploading({ progress: { sent, bytes } }: { progress: UploadProgress }) {
  const percent = bytes === 0 ? 0 : Math.floor((sent / bytes) * 100)
  return (
    <div>
      <Text size="sm" role="status">
        {sent < bytes
          ? `${percent} % sent; it is imported as it comes`
          : 'All sent; the rest is being imported'}
      </Text>
      <Progress value={percent} animated={sent >= bytes} aria-label="How much of the file has been sent" />
    </div>
  )
}

function Report({
  report: { created, updated, faults, faultCount },
  fileName,
}: {
  report: Schemas['Import']
  fileName: string
}) {
  const isClean = faultCount === 0
  const isNothing = !isClean && created + updated === 0
  return (
    <Card withBorder role="status" aria-label="What came of the import">
      <Alert
        color={isClean ? 'green' : isNothing ? 'red' : 'orange'}
        icon={isClean ? <IconCheck aria-hidden /> : <IconAlertTriangle aria-hidden />}
        title={
          isClean
            ? 'Imported'
            : `${isNothing ? 'Nothing was imported' : 'Imported'}; ${counted(faultCount, 'line was', 'lines were')} left out`
        }
      >
        {created.toLocaleString()} added, {updated.toLocaleString()} known already.
      </Alert>
      {!isClean && (
        <>
          <Group justify="space-between" mt="md" mb="xs">
            <Title order={2} size="h5">
              Lines that were left out
              {faultCount > faults.length && `: the first ${faults.length.toLocaleString()}`}
            </Title>
            <ReportDownload faults={faults} fileName={fileName} />
          </Group>
          <Table.ScrollContainer minWidth={300} maxHeight={400}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th w={80}>Line</Table.Th>
                  <Table.Th>What is wrong</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {faults.map(({ line, message }) => (
                  <Table.Tr key={line}>
                    <Table.Td>{line}</Table.Td>
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>{message}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </>
      )}
      <Group mt="md">
        <Button component={Link} href="/devices" variant="default">
          Go to the devices
        </Button>
      </Group>
    </Card>
  )
}

/** A CSV of the faults, for who mends the file. */
function ReportDownload({ faults, fileName }: { faults: Schemas['Import']['faults']; fileName: string }) {
  const [href, setHref] = useState<string>()
  useEffect(() => {
    const rows = faults.map(({ line, message }) => `${line},"${message.replaceAll('"', '""')}"`)
    const url = URL.createObjectURL(new Blob([`line,fault\n${rows.join('\n')}\n`], { type: 'text/csv' }))
    setHref(url)
    return () => URL.revokeObjectURL(url)
  }, [faults])
  return (
    <Button
      component="a"
      href={href}
      download={`${fileName.replace(/(\.\w+)+$/, '')}-faults.csv`}
      size="xs"
      variant="default"
      leftSection={<IconDownload size={14} aria-hidden />}
    >
      Download as CSV
    </Button>
  )
}

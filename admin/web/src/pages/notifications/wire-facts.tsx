import { Accordion, Alert, Code, Group, List, Progress, Stack, Table, Text } from '@mantine/core'
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react'
import type { Schemas } from '../../api/client'

type Preview = Schemas['NotificationPreview']

/** How many bytes a payload has, and may have. */
export function ByteCounter({ preview }: { preview: Preview }) {
  const { payloadBytes, payloadLimit, pushType } = preview
  const isOver = payloadBytes > payloadLimit
  return (
    <Stack gap={4}>
      <Group justify="space-between" gap="xs">
        <Text size="sm" fw={600}>
          Size
        </Text>
        <Text size="sm" role="status" c={isOver ? 'red' : undefined}>
          {payloadBytes.toLocaleString()} of {payloadLimit.toLocaleString()} bytes ({pushType})
          {isOver && `: ${(payloadBytes - payloadLimit).toLocaleString()} too many`}
        </Text>
      </Group>
      <Progress
        value={Math.min(100, (100 * payloadBytes) / payloadLimit)}
        color={isOver ? 'red' : 'blue'}
        aria-label="Size of the payload"
      />
    </Stack>
  )
}

interface ProblemsProps extends Pick<Preview, 'problems' | 'warnings'> {
  /** What is said where there are none. */
  good: string
}

/** Every rule that a notification breaks, and what is odd about it; or that there is nothing of it. */
export function Problems({ problems, warnings, good }: ProblemsProps) {
  return (
    <>
      {(problems.length > 0 || warnings.length === 0) && <Broken problems={problems} good={good} />}
      {warnings.length > 0 && (
        <Alert
          color="yellow"
          title={
            problems.length === 0
              ? 'It can be sent, but may not be what you mean'
              : 'And this may not be what you mean'
          }
          icon={<IconAlertTriangle aria-hidden />}
          role="status"
        >
          <List size="sm" spacing={4}>
            {warnings.map(({ message }) => (
              <List.Item key={message}>{message}.</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </>
  )
}

function Broken({ problems, good }: Pick<ProblemsProps, 'problems' | 'good'>) {
  if (problems.length === 0)
    return (
      <Group gap={6} wrap="nowrap">
        <IconCircleCheck size={18} aria-hidden color="var(--mantine-color-green-filled)" />
        <Text size="sm">{good}</Text>
      </Group>
    )
  return (
    <Alert
      color="red"
      title={problems.length === 1 ? 'It can’t be sent like this' : `${problems.length} problems`}
      icon={<IconAlertTriangle aria-hidden />}
      role="status"
    >
      <List size="sm" spacing={4}>
        {problems.map(({ code, message }) => (
          <List.Item key={message}>
            {message} <Text span size="xs" c="dimmed">{`(${code})`}</Text>
          </List.Item>
        ))}
      </List>
    </Alert>
  )
}

/** The request to Apple, to be opened: its header fields and its payload. */
export function OnTheWire({
  title,
  headers,
  payload,
}: Pick<Preview, 'headers' | 'payload'> & { title: string }) {
  return (
    <Accordion variant="contained">
      <Accordion.Item value="wire">
        <Accordion.Control>{title}</Accordion.Control>
        <Accordion.Panel>
          <Stack gap="xs">
            <Headers headers={headers} />
            <PayloadCode payload={payload} />
          </Stack>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  )
}

/** A payload, easy to read. */
export function PayloadCode({ payload }: { payload: string }) {
  return (
    // Long ones scroll within themselves: so the keyboard has to get there.
    <Code block tabIndex={0} mah={320} style={{ overflow: 'auto', whiteSpace: 'pre-wrap' }} className="mono">
      {readable(payload)}
    </Code>
  )
}

/** Header fields of the request to Apple. */
export function Headers({ headers }: { headers: Record<string, string> }) {
  return (
    <Table withRowBorders={false} verticalSpacing={2} layout="fixed">
      <Table.Tbody>
        {Object.entries(headers).map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th w="45%" className="mono" fw={500}>
              {name}
            </Table.Th>
            <Table.Td className="mono">{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function readable(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2)
  } catch {
    return json
  }
}

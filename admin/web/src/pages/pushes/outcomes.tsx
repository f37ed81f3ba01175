import { ColorSwatch, Group, Progress, Stack, Table, Text } from '@mantine/core'
import type { Schemas } from '../../api/client'
import { outcomeMeans, outcomes } from './outcome-words'
import { settledOf } from './push-state'

type Push = Schemas['Push']

/** What became of the devices of a push: a bar, and the numbers below it. */
export function Outcomes({ push }: { push: Push }) {
  const { audienceSize, deferred } = push
  const total = Math.max(1, audienceSize)
  const settled = settledOf(push)
  const rows = [
    ...outcomes.map(([name, color]) => ({ name, color, means: outcomeMeans[name], count: push[name] })),
    ...(deferred > 0
      ? [
          {
            ...{ name: 'waiting', color: 'grape', count: deferred },
            means: 'They wait for another attempt, or for their time.',
          },
        ]
      : []),
  ]
  return (
    <Stack gap="xs">
      <Group justify="space-between" align="flex-start" wrap="nowrap">
        <Text fw={600}>
          {settled.toLocaleString()} of {audienceSize.toLocaleString()}{' '}
          {audienceSize === 1 ? 'device has its outcome' : 'devices have their outcome'}
        </Text>
        <Text fw={600} style={{ whiteSpace: 'nowrap' }}>
          {Math.floor((100 * settled) / total)} %
        </Text>
      </Group>
      <Progress.Root
        size={22}
        role="img"
        aria-label={rows.map(({ name, count }) => `${count} ${name}`).join(', ')}
      >
        {rows.map(({ name, color, count }) => (
          <Progress.Section key={name} value={(100 * count) / total} color={color} withAria={false} />
        ))}
      </Progress.Root>
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody>
          {rows.map(({ name, color, count, means }) => (
            <Table.Tr key={name}>
              <Table.Th w={120} fw={500}>
                <Group gap={8} wrap="nowrap">
                  <ColorSwatch size={12} color={`var(--mantine-color-${color}-filled)`} aria-hidden />
                  {name}
                </Group>
              </Table.Th>
              <Table.Td w={110} ta="right" fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
                {count.toLocaleString()}
              </Table.Td>
              <Table.Td c="dimmed" visibleFrom="xs">
                {means}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  )
}

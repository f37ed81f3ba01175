import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  Paper,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { UserSelect } from '../../components/user-select'
import {
  type Group as ConditionGroup,
  HALF_TYPED,
  type Node,
  newGroup,
  newTest,
  type Test,
  type TestName,
  tests,
} from './condition'
import { timeZones } from './time-zone-select'

interface GroupEditorProps {
  group: ConditionGroup
  change: (group: ConditionGroup) => void
  /** Absent: it is the whole condition. */
  remove?: () => void
  /** How deep it is; the whole condition is 0. */
  depth?: number
  /** Where it stands: `2.1` is the first in the second. Empty: it is the whole condition. */
  place?: string
}

/** Groups within groups that are offered; the API allows ten. */
const MAX_DEPTH = 3

/** Puts a condition together: tests and groups of them, all or any of which must hold. */
export function GroupEditor({ group, change, remove, depth = 0, place = '' }: GroupEditorProps) {
  const { how, not, members } = group
  const changeMember = (index: number, member: Node) =>
    change({ ...group, members: members.map((other, at) => (at === index ? member : other)) })
  const without = (index: number) => change({ ...group, members: members.filter((_, at) => at !== index) })
  const name = place === '' ? 'Condition' : `Group ${place}`
  const placeOf = (index: number) => `${place === '' ? '' : `${place}.`}${index + 1}`
  return (
    <Paper withBorder p="sm" role="group" aria-label={name}>
      <Stack gap="sm">
        <Group gap="sm">
          <SegmentedControl
            size="xs"
            aria-label={`${name}: how many must hold`}
            value={how}
            onChange={(value) => change({ ...group, how: value as 'and' | 'or' })}
            data={[
              { value: 'and', label: 'All must hold' },
              { value: 'or', label: 'One must hold' },
            ]}
          />
          <Checkbox
            size="xs"
            label={place === '' ? 'Turn it all round (not)' : `Turn group ${place} round (not)`}
            checked={not}
            onChange={({ currentTarget: { checked } }) => change({ ...group, not: checked })}
          />
          {remove && <RemoveButton label={`Remove group ${place}`} remove={remove} />}
        </Group>
        {members.map((member, index) =>
          member.type === 'test' ? (
            <TestEditor
              key={member.id}
              place={placeOf(index)}
              test={member}
              change={(test) => changeMember(index, test)}
              remove={members.length > 1 ? () => without(index) : undefined}
            />
          ) : (
            <GroupEditor
              key={member.id}
              depth={depth + 1}
              place={placeOf(index)}
              group={member}
              change={(inner) => changeMember(index, inner)}
              remove={() => without(index)}
            />
          ),
        )}
        <Group gap="xs">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => change({ ...group, members: [...members, newTest()] })}
          >
            Add a rule
          </Button>
          {depth < MAX_DEPTH && (
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => change({ ...group, members: [...members, newGroup()] })}
            >
              Add a group
            </Button>
          )}
        </Group>
      </Stack>
    </Paper>
  )
}

interface TestEditorProps {
  test: Test
  change: (test: Test) => void
  remove: (() => void) | undefined
  place: string
}

function TestEditor({ test, change, remove, place }: TestEditorProps) {
  const { name, not } = test
  return (
    <Stack gap={4} role="group" aria-label={`Rule ${place}`}>
      <Group gap="xs" align="flex-end">
        <Select
          size="xs"
          w={150}
          label="Rule"
          allowDeselect={false}
          data={Object.entries(tests).map(([value, { label }]) => ({ value, label }))}
          value={name}
          onChange={(value) =>
            value !== null &&
            change({ ...test, name: value as TestName, list: [], users: [], from: '', to: '' })
          }
        />
        <SegmentedControl
          size="xs"
          aria-label={`Rule ${place}: is or is not`}
          value={not ? 'is not' : 'is'}
          onChange={(value) => change({ ...test, not: value === 'is not' })}
          data={['is', 'is not']}
        />
        <Value test={test} change={change} />
        {remove && <RemoveButton label={`Remove rule ${place}`} remove={remove} />}
      </Group>
      <Text size="xs" c="dimmed">
        {tests[name].hint}
      </Text>
    </Stack>
  )
}

function Value({ test, change }: Pick<TestEditorProps, 'test' | 'change'>) {
  const { name, list, users } = test
  const text = (slot: 'from' | 'to', label: string, type = 'text') => (
    <TextInput
      size="xs"
      flex={1}
      miw={type === 'text' ? 90 : 120}
      type={type}
      label={label}
      value={test[slot] === HALF_TYPED ? '' : test[slot]}
      onChange={({ currentTarget: { value, validity } }) =>
        change({ ...test, [slot]: validity.badInput ? HALF_TYPED : value })
      }
    />
  )
  switch (tests[name].kind) {
    case 'list':
      return (
        <TagsInput
          size="xs"
          flex={1}
          miw={200}
          label="One of"
          placeholder={list.length === 0 ? 'Type, then Enter' : ''}
          {...(name === 'timeZone' && { data: timeZones, limit: 20 })}
          value={list}
          onChange={(values) => change({ ...test, list: values })}
          acceptValueOnBlur
        />
      )
    case 'users':
      return (
        <UserSelect
          size="xs"
          flex={1}
          miw={200}
          label="One of"
          value={users}
          onChange={(ids) => change({ ...test, users: ids })}
        />
      )
    case 'range':
      return (
        <>
          {text('from', 'From')}
          {text('to', 'To')}
        </>
      )
    case 'times':
      return (
        <>
          {text('from', 'Since', 'datetime-local')}
          {text('to', 'Before', 'datetime-local')}
        </>
      )
    case 'attribute':
      return (
        <>
          {text('from', 'Name')}
          {text('to', 'Value')}
        </>
      )
  }
}

function RemoveButton({ label, remove }: { label: string; remove: () => void }) {
  return (
    <ActionIcon variant="subtle" color="gray" aria-label={label} onClick={remove}>
      <IconX size={16} aria-hidden />
    </ActionIcon>
  )
}

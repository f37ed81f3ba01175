import { Button, Code, Group, Radio, Stack, Text, Textarea } from '@mantine/core'
import { UserSelect } from '../../components/user-select'
import { parsedObject, pretty } from '../notifications/fields'
import type { Audience } from './audience'
import { conditionOf } from './condition'
import { GroupEditor } from './condition-builder'
import { DeviceSelect } from './device-select'

const kinds = [
  ['all', 'All active devices of the service'],
  ['where', 'Devices that fit a condition'],
  ['devices', 'Devices that I name'],
  ['users', 'All devices of users'],
  ['tokens', 'Devices with these tokens'],
] as const

interface AudienceFieldsProps {
  audience: Audience
  change: (audience: Audience) => void
  service: number
}

/** To whom? */
export function AudienceFields({ audience, change, service }: AudienceFieldsProps) {
  const { kind, devices, users, tokens } = audience
  return (
    <Stack>
      <Radio.Group
        aria-label="To whom"
        value={kind}
        onChange={(value) => change({ ...audience, kind: value as Audience['kind'] })}
      >
        <Stack gap="xs">
          {kinds.map(([value, label]) => (
            <Radio key={value} value={value} label={label} />
          ))}
        </Stack>
      </Radio.Group>
      {kind === 'where' && <Where audience={audience} change={change} />}
      {kind === 'devices' && (
        <DeviceSelect
          label="Devices"
          service={service}
          value={devices}
          onChange={(ids) => change({ ...audience, devices: ids })}
        />
      )}
      {kind === 'users' && (
        <UserSelect label="Users" value={users} onChange={(ids) => change({ ...audience, users: ids })} />
      )}
      {kind === 'tokens' && (
        <Textarea
          label="Tokens"
          description="One a line. Those that are not registered, or not active, are left out."
          autosize
          minRows={3}
          maxRows={12}
          spellCheck={false}
          classNames={{ input: 'mono' }}
          value={tokens}
          onChange={({ currentTarget: { value } }) => change({ ...audience, tokens: value })}
        />
      )}
    </Stack>
  )
}

function Where({ audience, change }: Omit<AudienceFieldsProps, 'service'>) {
  const { where, whereJson } = audience
  const condition = conditionOf(where)
  if (whereJson === null)
    return (
      <Stack gap="xs">
        <GroupEditor group={where} change={(group) => change({ ...audience, where: group })} />
        {condition !== undefined && (
          <>
            <Text size="sm" c="dimmed">
              As JSON, for <code>push --where</code> and the API:
            </Text>
            <Code block className="mono" style={{ whiteSpace: 'pre-wrap' }}>
              {JSON.stringify(condition)}
            </Code>
          </>
        )}
        <Group>
          <Button
            size="compact-sm"
            variant="subtle"
            onClick={() =>
              change({ ...audience, whereJson: condition === undefined ? '' : pretty(condition) })
            }
          >
            Write it as JSON
          </Button>
        </Group>
      </Stack>
    )
  const parsed = parsedObject(whereJson)
  return (
    <Stack gap="xs">
      <Textarea
        label="Condition as JSON"
        description={
          'An object with one key: { "and": [{ "platform": ["iPhone"] }, { "not": { "tags": ["beta"] } }] }'
        }
        autosize
        minRows={4}
        maxRows={16}
        spellCheck={false}
        classNames={{ input: 'mono' }}
        error={whereJson !== '' && 'fault' in parsed && parsed.fault}
        value={whereJson}
        onChange={({ currentTarget: { value } }) => change({ ...audience, whereJson: value })}
      />
      <Group>
        <Button size="compact-sm" variant="subtle" onClick={() => change({ ...audience, whereJson: null })}>
          Put it together instead
        </Button>
      </Group>
    </Stack>
  )
}

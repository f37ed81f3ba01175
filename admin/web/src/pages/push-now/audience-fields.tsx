import { Button, Code, Group, Radio, Stack, Text, Textarea } from '@mantine/core'
import { confirmed } from '../../components/confirm'
import { UserSelect } from '../../components/user-select'
import { parsedObject, pretty } from '../notifications/fields'
import type { Audience } from './audience'
import { type Condition, completeOf, conditionOf, newGroup } from './condition'
import { GroupEditor } from './condition-builder'
import { isSame, rulesOf } from './condition-rules'
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
            onClick={() => {
              const complete = completeOf(where)
              change({ ...audience, whereJson: complete === undefined ? '' : pretty(complete) })
            }}
          >
            Write it as JSON
          </Button>
        </Group>
      </Stack>
    )
  const parsed = parsedObject(whereJson)
  // Nothing was typed since it was made of the rules.
  const isOfRules = whereJson.trim() === '' || isJsonOf(whereJson, completeOf(where))
  const putTogether = async () => {
    const group = isOfRules ? where : rulesOf(whereJson)
    if (group !== undefined || (await confirmed(dropQuestion)))
      change({ ...audience, where: group ?? newGroup(), whereJson: null })
  }
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
      {whereJson.trim() !== '' && isOfRules && condition === undefined && (
        <Text size="sm" role="status">
          Rules that are not filled in are left out of it.
        </Text>
      )}
      <Group>
        <Button size="compact-sm" variant="subtle" onClick={() => void putTogether()}>
          Put it together instead
        </Button>
      </Group>
    </Stack>
  )
}

function isJsonOf(json: string, condition: Condition | undefined): boolean {
  const parsed = parsedObject(json)
  return condition !== undefined && 'value' in parsed && isSame(parsed.value as Condition, condition)
}

const dropQuestion = {
  title: 'Begin anew with rules?',
  about: 'No rules can say what is in this JSON. It is dropped here.',
  action: 'Begin anew',
  isDangerous: true,
}

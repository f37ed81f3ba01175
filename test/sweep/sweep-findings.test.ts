import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openScene } from '../delivery/scene.js'
import { type ReceivedPush, receivedLine } from './received-file.js'
import { compare } from './sweep-findings.js'
import { sweepPlan } from './sweep-plan.js'

const devices = 30

/** A push that went well, after which log and database are changed. */
async function findings(change: { sql?: string; log?: (received: ReceivedPush[]) => ReceivedPush[] }) {
  await using scene = await openScene()
  await scene.register(devices)
  await scene.delivery.push({ serviceId: scene.service.id, message: 'Hi' })
  if (change.sql !== undefined) scene.sql(change.sql)
  const received = (change.log ?? ((all) => all))(scene.simulator.received())
  const log = join(scene.folder, 'received.txt')
  writeFileSync(log, received.map((push) => receivedLine(push.token, push.apnsId, push.status)).join(''))
  const plan = {
    ...sweepPlan(1, devices),
    others: 0,
    answers: [],
    mishap: 'kill',
    duplicates: 'never',
  } as const
  return compare(plan, scene.databaseFile, log, { hit: 1, slow: 0 })
}

test('a push that went well has nothing wrong', async () => {
  expect(await findings({})).toMatchObject({ problems: [], lost: 0, duplicates: 0, accepted: devices })
})

test.each([
  ['a device is accepted and was not', { log: (all: ReceivedPush[]) => all.slice(1) }],
  ['more than 0 duplicates', { log: (all: ReceivedPush[]) => [...all, all[0]!] }],
  [
    'another apns-id',
    { log: ([one, ...rest]: ReceivedPush[]) => [{ ...one!, apnsId: rest[0]!.apnsId }, ...rest] },
  ],
  [
    'nobody has this token',
    { log: (all: ReceivedPush[]) => [...all, { ...all[0]!, token: 'f'.repeat(64) }] },
  ],
  ['a device has no end', { sql: 'update devices set last_notified_at = null where id = 7' }],
  [
    'a device has two ends',
    {
      sql: `insert into deliveries (push_id, device_id, outcome, reason, status, apns_id, at) values (1, 7, 'unknown', 'x', null, null, 1)`,
    },
  ],
  ['accepted is counted otherwise', { sql: 'update pushes set accepted = accepted - 1, unsent = 1' }],
  ['the sums are not the audience', { sql: 'update pushes set accepted = accepted - 1' }],
  ['chunks have other sums than their sizes', { sql: 'update chunks set accepted = accepted - 1' }],
  ['chunks are not done', { sql: `update chunks set state = 'sending'` }],
  ['the push is not done', { sql: `update pushes set state = 'failed'` }],
  [
    'a device is unsent and was received',
    {
      sql: `update devices set last_notified_at = null where id = 7;
        insert into deliveries (push_id, device_id, outcome, reason, status, apns_id, at) values (1, 7, 'unsent', 'x', null, null, 1)`,
    },
  ],
])('finds: %s', async (problem, change) => {
  const { problems } = await findings(change)
  expect(problems).toContainEqual(expect.stringContaining(problem))
})

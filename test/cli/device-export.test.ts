import { once } from 'node:events'
import { expect, test } from 'vitest'
import { CliScene, tokenOf } from './cli-scene.js'

test('an export can be imported again, in both formats', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 2500 })
  const more = {
    ...{ appVersion: '=2.1 "beta"', locale: 'de-AT', timeZone: 'Europe/Vienna', tags: ['a', 'b'] },
    ...{ attributes: { plan: 'pro, plus', level: 3 }, liveActivities: [{ activityId: 'x', token: 'ab' }] },
    pushToStartTokens: [{ attributesType: 'Ride', token: 'cd' }],
  }
  {
    await using app = await scene.app()
    const { id: user } = await app.users.create({ username: 'ann', password: 'secret words' })
    await app.devices.importMany(1, [
      {
        token: tokenOf(7),
        isActive: false,
        platform: 'a "pad", old',
        display: '480x320',
        osVersion: 'iOS 5',
        ...more,
      },
    ])
    const device = await app.devices.find(tokenOf(7), 1)
    await app.devices.update(device!.id, { users: [user] })
  }
  const csv = await scene.cli('device', 'export')
  expect(csv.status).toBe(0)
  const lines = csv.stdout.trimEnd().split('\n')
  expect(lines).toHaveLength(2501)
  expect(lines[0]).toBe(
    'id,token,service,is_active,platform,display,os_version,app_version,locale,time_zone,tags,attributes,push_to_start_tokens,live_activities,users,added_at,registered_at,last_notified_at,deactivated_at,deactivation_reason',
  )
  // A spreadsheet does not run it.
  expect(csv.stdout).toContain(`,"'=2.1 ""beta""",`)
  const inactive = await scene.cli('device', 'export', '--service', '1', '--inactive', '--json')
  expect(JSON.parse(inactive.stdout)).toMatchObject({
    token: tokenOf(7),
    is_active: false,
    platform: 'a "pad", old',
    users: [1],
    added_at: expect.stringMatching(/^\d{4}-.*Z$/),
  })

  await using other = new CliScene()
  await other.prepare()
  expect(await other.cliWithInput(csv.stdout, 'device', 'import', '-', '--service', '1')).toMatchObject({
    status: 0,
    stdout: 'created=2500 updated=0 faulty=0\n',
  })
  expect(await other.cliWithInput(inactive.stdout, 'device', 'import', '-', '--service', '1')).toMatchObject({
    stdout: 'created=0 updated=1 faulty=0\n',
  })
  await using app = await other.app()
  expect(await app.devices.find(tokenOf(7), 1)).toMatchObject({
    ...more,
    isActive: false,
    platform: 'a "pad", old',
    display: '480x320',
    osVersion: 'iOS 5',
  })
})

test('who reads no further ends the export without an error', async () => {
  await using scene = new CliScene()
  await scene.prepare({ devices: 5000 })
  const { child } = scene.start(['device', 'export'])
  const ended = once(child, 'exit')
  child.stdout?.once('data', () => child.stdout?.destroy())
  expect(await ended).toEqual([0, null])
})

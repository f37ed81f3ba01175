import { join } from 'node:path'
import Database from 'better-sqlite3'
import { expect, test, vi } from 'vitest'
import { CliScene, type RunningCli, tokenOf } from './cli-scene.js'

const devices = 6_000
const all = Array.from({ length: devices }, (_, position) => tokenOf(position))

/** Rows of the scene's database, as another process reads them. */
function rows<Row>(scene: CliScene, query: string): Row[] {
  const database = new Database(join(scene.folder, 'test.sqlite'), { readonly: true })
  try {
    return database.prepare(query).all() as Row[]
  } finally {
    database.close()
  }
}

/** Parts of the push that a process holds: of which pushes are in flight. */
function heldBy(scene: CliScene, { child }: RunningCli): unknown[] {
  return rows(
    scene,
    `select id from chunks where lease_owner like '%:${child.pid}:%' union all
      select device_id from retries where lease like '%:${child.pid}:%' and lease_until is not null`,
  )
}

async function submit(scene: CliScene, chunkSize: number): Promise<void> {
  await using app = await scene.app()
  await app.submit({ service: 1, message: 'Hi' }, { chunkSize })
}

async function start(scene: CliScene, ...args: string[]): Promise<RunningCli> {
  const running = scene.start(args)
  await running.said(/Working|Listening/)
  return running
}

/** Waits until a process has something in flight. */
async function whenSending(scene: CliScene, running: RunningCli): Promise<void> {
  await vi.waitFor(() => expect(heldBy(scene, running)).not.toEqual([]), { timeout: 20_000, interval: 5 })
}

async function whenDone(scene: CliScene): Promise<void> {
  const done = [{ state: 'done', accepted: devices, rejected: 0, unknown: 0, unsent: 0, deferred: 0 }]
  const query = 'select state, accepted, rejected, unknown, unsent, deferred from pushes'
  await vi.waitFor(() => expect(rows(scene, query)).toEqual(done), { timeout: 50_000, interval: 50 })
}

test.each([
  [['serve', '--port', '0'], ['worker']],
  [['worker'], ['serve', '--port', '0']],
])(
  'SIGTERM to %j in the middle of a push: it ends with 0 and holds nothing any more, %j does the rest, nobody gets it twice',
  async (first, second) => {
    await using scene = new CliScene()
    const simulator = await scene.prepare({ devices })
    simulator.markSlow(all, 300)
    const [ending, staying] = [await start(scene, ...first), await start(scene, ...second)]
    await submit(scene, 500)
    await whenSending(scene, ending)
    ending.child.kill('SIGTERM')
    expect((await ending.ended).status).toBe(0)
    // So that the other need not wait until a lease runs out.
    expect(heldBy(scene, ending)).toEqual([])
    await whenDone(scene)
    expect(simulator.stats().received).toBe(devices)
    expect(new Set(simulator.received().map(({ token }) => token)).size).toBe(devices)
    staying.child.kill('SIGTERM')
    expect((await staying.ended).status).toBe(0)
  },
  120_000,
)

test('SIGTERM to the only one: the next start goes on', async () => {
  await using scene = new CliScene()
  const simulator = await scene.prepare({ devices })
  simulator.markSlow(all, 300)
  const first = await start(scene, 'worker')
  await submit(scene, 10_000)
  await whenSending(scene, first)
  first.child.kill('SIGTERM')
  expect((await first.ended).status).toBe(0)
  expect(simulator.stats().received).toBeLessThan(devices)
  const [push] = rows<{ state: string }>(scene, 'select state from pushes')
  expect(push?.state).toBe('sending')
  await start(scene, 'worker')
  await whenDone(scene)
  expect(simulator.stats().received).toBe(devices)
}, 120_000)

/** A worker with pushes in flight that are never answered. */
async function stuck(scene: CliScene): Promise<RunningCli> {
  const simulator = await scene.prepare({ devices })
  simulator.markSlow(all.slice(200), 600_000)
  const running = await start(scene, 'worker')
  await submit(scene, 10_000)
  await expect.poll(() => simulator.stats().received).toBeGreaterThan(200)
  return running
}

test.each(['answers nothing', 'does not even read'])(
  'SIGTERM while Apple %s: it ends with 0 all the same; what is in flight is unknown, the rest waits',
  async (how) => {
    await using scene = new CliScene()
    const running = await stuck(scene)
    if (how === 'does not even read') (await scene.simulator()).fault({ kind: 'silence', at: 'now' })
    running.child.kill('SIGTERM')
    expect((await running.ended).status).toBe(0)
    expect(heldBy(scene, running)).toEqual([])
    const [push] = rows<Record<string, number>>(scene, 'select accepted, unknown, unsent from pushes')
    expect(push).toMatchObject({ accepted: 200, unsent: 0 })
    expect(push?.['unknown']).toBeGreaterThan(0)
    expect(push?.['unknown']).toBeLessThanOrEqual(2000)
  },
  120_000,
)

test('a second SIGTERM ends at once', async () => {
  await using scene = new CliScene()
  const running = await stuck(scene)
  running.child.kill('SIGTERM')
  await running.said(/Closing/)
  // Until it is taken for a second one: npm passes the terminal's Ctrl-C on to a child that has had it already.
  const again = setInterval(() => running.child.kill('SIGTERM'), 50)
  const { status } = await running.ended
  clearInterval(again)
  expect(status).toBe(1)
  // It has had no time to give anything back.
  expect(heldBy(scene, running)).not.toEqual([])
}, 120_000)

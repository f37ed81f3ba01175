import type { InfiniteData } from '@tanstack/react-query'
import { ApiError, api, type Schemas, take } from '../../api/client'
import { queryClient } from '../../api/queries'
import { faultText, runAction, tell } from '../../components/action'
import { confirmed } from '../../components/confirm'
import { counted } from '../../components/counted'

type Device = Schemas['Device']

/** Devices that are removed at the same time. */
const AT_ONCE = 4

/*
 * Each of these asks first, does it, says what came of it, and loads anew what is shown. False: it was not done.
 */

export async function deactivate(devices: readonly Device[]): Promise<boolean> {
  const isSure = await confirmed({
    title: `Deactivate ${named(devices)}?`,
    about:
      devices.length === 1
        ? 'Nothing is pushed to it until its app registers again, which apps do when they are launched, or until somebody reactivates it here.'
        : 'Nothing is pushed to them until their apps register again, which apps do when they are launched, or until somebody reactivates them here.',
    action: 'Deactivate',
  })
  return isSure && change(devices, () => changeActivity('deactivate', devices))
}

export async function reactivate(devices: readonly Device[]): Promise<boolean> {
  const isSure = await confirmed({
    title: `Reactivate ${named(devices)}?`,
    about:
      'Pushes go there again, as if nothing had been, and what the feedback ledger says of it is marked as undone. If Apple says once more that a token is dead, its device is deactivated again.',
    action: 'Reactivate',
  })
  return isSure && change(devices, () => changeActivity('reactivate', devices))
}

export async function remove(devices: readonly Device[]): Promise<boolean> {
  const isSure = await confirmed({
    title: `Delete ${named(devices)}?`,
    about:
      'Tags, links to users and the timeline go with it; pushes keep their figures. This can’t be undone, though an app registers its device anew when it is launched. If nothing should be pushed there, deactivate instead.',
    action: 'Delete',
    isDangerous: true,
  })
  return isSure && change(devices, () => removeAll(devices))
}

async function change(devices: readonly Device[], act: () => Promise<string>): Promise<boolean> {
  const isDone = await runAction(async () => tell(await act()))
  // A list may have been searched for through millions of devices: only its rows are loaded anew.
  await runAction(async () => showInLists(devices, await Promise.all(devices.map(({ id }) => existing(id)))))
  void queryClient.invalidateQueries({ queryKey: ['devices', 'list'], refetchType: 'none' })
  void queryClient.invalidateQueries({
    predicate: ({ queryKey }) => queryKey[0] === 'devices' && queryKey[1] !== 'list',
  })
  return isDone
}

/** A device as it is now; undefined: there is none any more. */
async function existing(device: number): Promise<Device | undefined> {
  try {
    return await take(api.GET('/api/v1/devices/{device}', { params: { path: { device } } }))
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}

function showInLists(before: readonly Device[], now: readonly (Device | undefined)[]): void {
  const changed = new Map(before.map(({ id }, index) => [id, now[index]]))
  queryClient.setQueriesData<InfiniteData<{ items: Device[] }>>({ queryKey: ['devices', 'list'] }, (data) => {
    if (data === undefined) return data
    const pages = data.pages.map((page) => ({
      ...page,
      items: page.items.flatMap((item) => (changed.has(item.id) ? (changed.get(item.id) ?? []) : item)),
    }))
    return { ...data, pages }
  })
}

async function changeActivity(
  verb: 'deactivate' | 'reactivate',
  devices: readonly Device[],
): Promise<string> {
  const body = { devices: devices.map(({ id }) => id) }
  const changed = await take(api.POST(`/api/v1/devices/${verb}`, { body }))
  return `${verb === 'deactivate' ? 'Deactivated' : 'Reactivated'}: ${counted(changed.devices, 'device')}.`
}

async function removeAll(devices: readonly Device[]): Promise<string> {
  const waiting = [...devices]
  let deleted = 0
  const work = async () => {
    for (let device = waiting.pop(); device !== undefined; device = waiting.pop()) {
      try {
        await removeOne(device.id)
        deleted++
      } catch (error) {
        // The others end what they have begun.
        waiting.length = 0
        throw error
      }
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, work))
  const fault = ends.find((end) => end.status === 'rejected')
  if (fault === undefined) return `Deleted: ${counted(devices.length, 'device')}.`
  if (devices.length === 1) throw fault.reason
  throw new Error(
    `Deleted: ${deleted} of ${counted(devices.length, 'device')}; then: ${faultText(fault.reason)}`,
  )
}

async function removeOne(device: number): Promise<void> {
  try {
    await take(api.DELETE('/api/v1/devices/{device}', { params: { path: { device } } }))
  } catch (error) {
    // Somebody else was quicker.
    if (!(error instanceof ApiError) || error.status !== 404) throw error
  }
}

function named(devices: readonly Device[]): string {
  return devices.length === 1 ? 'this device' : counted(devices.length, 'device')
}

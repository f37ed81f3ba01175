import type { Device, SomeDetails } from '../model/index.js'

/** A row of `devices`, by the names of the model. */
export interface DeviceColumns
  extends Omit<
    Device,
    'isActive' | 'users' | 'tags' | 'attributes' | 'pushToStartTokens' | 'liveActivities'
  > {
  isActive: 0 | 1
  pushToStartTokens: string
  liveActivities: string
  attributes: string
}

/** A device out of its row, with what stands in other tables still to be filled in. */
export function deviceOf(row: DeviceColumns): Device {
  return {
    ...row,
    isActive: row.isActive === 1,
    attributes: row.attributes === '' ? {} : JSON.parse(row.attributes),
    pushToStartTokens: row.pushToStartTokens === '' ? [] : JSON.parse(row.pushToStartTokens),
    liveActivities: row.liveActivities === '' ? [] : JSON.parse(row.liveActivities),
    tags: [],
    users: [],
  }
}

/** Those columns that details say something about. Tags are in a table of their own. */
export function detailColumns(details: SomeDetails) {
  const { platform, display, osVersion, timeZone, locale, appVersion } = details
  const { attributes, pushToStartTokens, liveActivities } = details
  return {
    ...(platform !== undefined && { platform }),
    ...(display !== undefined && { display }),
    ...(osVersion !== undefined && { osVersion }),
    ...(timeZone !== undefined && { timeZone }),
    ...(locale !== undefined && { locale }),
    ...(appVersion !== undefined && { appVersion }),
    ...(attributes !== undefined && { attributes: textOf(attributes) }),
    ...(pushToStartTokens !== undefined && { pushToStartTokens: textOf(pushToStartTokens) }),
    ...(liveActivities !== undefined && { liveActivities: textOf(liveActivities) }),
  }
}

/** A list or an object as JSON. Most devices have none of these: nothing is kept then. */
export function textOf(value: object): string {
  const text = JSON.stringify(value)
  return text.length === 2 ? '' : text
}

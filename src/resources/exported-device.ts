import type { Device } from '../model/index.js'
import { guardFormulas } from './formula-guard.js'

/** A device by the predecessor's names, as it is exported and can be imported again. */
function exportedDevice(device: Device) {
  return {
    id: device.id,
    token: device.token,
    service: device.serviceId,
    is_active: device.isActive,
    platform: device.platform,
    display: device.display,
    os_version: device.osVersion,
    app_version: device.appVersion,
    locale: device.locale,
    time_zone: device.timeZone,
    tags: device.tags,
    attributes: device.attributes,
    push_to_start_tokens: device.pushToStartTokens,
    live_activities: device.liveActivities,
    users: device.users,
    added_at: isoTime(device.addedAt),
    registered_at: device.registeredAt === 0 ? null : isoTime(device.registeredAt),
    last_notified_at: isoTime(device.lastNotifiedAt),
    deactivated_at: isoTime(device.deactivatedAt),
    deactivation_reason: device.deactivationReason,
  }
}

/** The names of an export that an import knows, and leaves alone: they follow from what happens here. */
export const notImported = [
  'id',
  'service',
  'users',
  'added_at',
  'registered_at',
  'last_notified_at',
  'deactivated_at',
  'deactivation_reason',
]

/** The formats of an export. */
export const exportFormats = ['csv', 'ndjson'] as const

/** A format of an export. */
export type ExportFormat = (typeof exportFormats)[number]

/** Devices in a format, a page at a time, for a file that begins with `head`. */
export function exporter(format: ExportFormat): { head: string; page(devices: readonly Device[]): string } {
  const line = format === 'csv' ? csvRow : (device: Device) => `${JSON.stringify(exportedDevice(device))}\n`
  return {
    head: format === 'csv' ? `${columns.join(',')}\n` : '',
    page: (devices) => devices.map(line).join(''),
  }
}

const columns = [
  ...(['id', 'token', 'service', 'is_active', 'platform', 'display', 'os_version', 'app_version'] as const),
  ...(['locale', 'time_zone', 'tags', 'attributes', 'push_to_start_tokens', 'live_activities'] as const),
  ...(['users', 'added_at', 'registered_at', 'last_notified_at', 'deactivated_at'] as const),
  'deactivation_reason',
] as const satisfies (keyof ReturnType<typeof exportedDevice>)[]

/**
 * Several users or tags stand in one field, with spaces between; what is a list of objects, or an object, as JSON. What a spreadsheet would
 * run as a formula is guarded; an import undoes that.
 */
function csvRow(device: Device): string {
  const fields = exportedDevice(device)
  return `${columns.map((name) => csvField(fields[name])).join(',')}\n`
}

function csvField(value: unknown): string {
  const text = guardFormulas(
    typeof value === 'object' && value !== null ? listed(value) : String(value ?? ''),
  )
  // RFC 4180, section 2; and an import drops white space around what has no quotes.
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

function listed(value: object): string {
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) return value.join(' ')
  const text = JSON.stringify(value)
  return text.length === 2 ? '' : text
}

function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

import type { Device } from '../app/index.js'
import { isoTime } from './terminal.js'

/** A device by the predecessor's names, as it is exported and can be imported again. */
export function exportedDevice(device: Device) {
  return {
    id: device.id,
    token: device.token,
    service: device.serviceId,
    is_active: device.isActive,
    platform: device.platform,
    display: device.display,
    os_version: device.osVersion,
    time_zone: device.timeZone,
    users: device.users,
    added_at: isoTime(device.addedAt),
    last_notified_at: isoTime(device.lastNotifiedAt),
    deactivated_at: isoTime(device.deactivatedAt),
    deactivation_reason: device.deactivationReason,
  }
}

const columns = [
  'id',
  'token',
  'service',
  'is_active',
  'platform',
  'display',
  'os_version',
  'time_zone',
  'users',
  'added_at',
  'last_notified_at',
  'deactivated_at',
  'deactivation_reason',
] as const satisfies (keyof ReturnType<typeof exportedDevice>)[]

/** The first line of a CSV export. */
export const csvHeader = `${columns.join(',')}\n`

/** One line of it. Several users stand in one field, with spaces between. */
export function csvRow(device: Device): string {
  const fields = exportedDevice(device)
  return `${columns.map((name) => csvField(fields[name])).join(',')}\n`
}

function csvField(value: string | number | boolean | null | readonly number[]): string {
  const text = Array.isArray(value) ? value.join(' ') : String(value ?? '')
  // RFC 4180, section 2.
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

import type { Device } from '../model/index.js'

/** A device as the predecessor's API shows it: the form of Django's serializer. */
export function deviceJson(device: Device): string {
  return JSON.stringify({
    pk: device.id,
    model: 'ios_notifications.device',
    fields: {
      token: device.token,
      is_active: device.isActive,
      deactivated_at: djangoTime(device.deactivatedAt),
      service: device.serviceId,
      users: device.users,
      added_at: djangoTime(device.addedAt),
      last_notified_at: djangoTime(device.lastNotifiedAt),
      platform: device.platform,
      display: device.display,
      os_version: device.osVersion,
    },
  })
}

/** ISO 8601 in UTC; like Django's encoder without a fraction where there is none. */
function djangoTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString().replace('.000Z', 'Z')
}

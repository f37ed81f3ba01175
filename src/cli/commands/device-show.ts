import { Command } from 'commander'
import { PushError } from '../../base/index.js'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { shownTime, writeFields, writeJson, writeLine } from '../terminal.js'

interface Options {
  service?: number
  json?: true
}

/** `device show T`. */
export function deviceShowCommand(): Command {
  return new Command('show')
    .description('show a device; a token may be registered with several services')
    .argument('<token>', 'the device token, hexadecimal')
    .option('--service <id>', 'with this APN service only', integer(1))
    .option('--json', 'print the devices as a JSON array')
    .action((token: string, { service, json }: Options, command: Command) =>
      withApp(command, async (app) => {
        const devices = await app.devices.list({ token, ...(service !== undefined && { service }) })
        if (devices.length === 0)
          throw new PushError(
            'PUSH_ERR_DEVICE_NOT_FOUND',
            `Device with token ${token}${service === undefined ? '' : ` and service ${service}`} does not exist`,
          )
        if (json) return writeJson(devices)
        for (const [position, device] of devices.entries()) {
          if (position > 0) writeLine('')
          writeFields({
            id: device.id,
            token: device.token,
            service: device.serviceId,
            active: device.isActive ? 'yes' : 'no',
            ...(!device.isActive && { deactivated: shownTime(device.deactivatedAt) }),
            ...(!device.isActive && { reason: device.deactivationReason ?? '-' }),
            platform: device.platform || '-',
            display: device.display || '-',
            'os version': device.osVersion || '-',
            'app version': device.appVersion || '-',
            locale: device.locale || '-',
            'time zone': device.timeZone || '-',
            tags: device.tags.join(', ') || '-',
            ...(Object.keys(device.attributes).length > 0 && {
              attributes: JSON.stringify(device.attributes),
            }),
            ...(device.pushToStartTokens.length > 0 && {
              'push-to-start tokens': device.pushToStartTokens
                .map(({ attributesType }) => attributesType)
                .join(', '),
            }),
            ...(device.liveActivities.length > 0 && {
              'live activities': device.liveActivities.map(({ activityId }) => activityId).join(', '),
            }),
            users: device.users.join(', ') || '-',
            added: shownTime(device.addedAt),
            registered: shownTime(device.registeredAt),
            'last notified': shownTime(device.lastNotifiedAt),
          })
        }
      }),
    )
}

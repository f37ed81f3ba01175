import type { App, Device } from '../app/index.js'
import { PushError } from '../base/index.js'

/** The device with this token. PUSH_ERR_DEVICE_NOT_FOUND, PUSH_ERR_DEVICE_TOKEN_INVALID. */
export async function findDevice(app: App, token: string, service: number): Promise<Device> {
  const device = await app.devices.find(token, service)
  if (device !== undefined) return device
  throw new PushError(
    'PUSH_ERR_DEVICE_NOT_FOUND',
    `Device with token ${token} and service ${service} does not exist`,
  )
}

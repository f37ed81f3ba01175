import { createHash } from 'node:crypto'
import type { App, Service } from '../../app/index.js'

/** The tokens of the demonstration's devices: the same in every run, so that a later one finds them. */
export const demoTokens: readonly string[] = Array.from({ length: 1000 }, (_, position) =>
  createHash('sha256').update(`ios-notifications demo device ${position}`).digest('hex'),
)

/** Registrations under way at once: the devices of an app come in many at a time. */
const atOnce = 20

/** Registers over HTTP, as apps do, the devices that the service does not have yet; stops at an abort. */
export async function registerMissing(
  app: App,
  service: Service,
  url: string,
  signal: AbortSignal,
): Promise<{ found: number; registered: number }> {
  const known = await knownTokens(app, service)
  const missing = demoTokens.filter((token) => !known.has(token))
  const found = demoTokens.length - missing.length
  let registered = 0
  const work = async () => {
    for (let token = missing.pop(); token !== undefined && !signal.aborted; token = missing.pop()) {
      await register(url, token, service.id)
      registered++
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { found, registered }
}

async function register(url: string, token: string, service: number): Promise<void> {
  const body = new URLSearchParams({ token, service: String(service) })
  const response = await fetch(`${url}/ios-notifications/device/`, { method: 'POST', body })
  const text = await response.text()
  if (!response.ok) throw new Error(`registering a device was answered with ${response.status}: ${text}`)
}

async function knownTokens(app: App, service: Service): Promise<Set<string>> {
  const tokens = new Set<string>()
  const limit = 1000
  let after = 0
  for (;;) {
    const devices = await app.devices.list({ service: service.id }, { after, limit })
    for (const { token } of devices) tokens.add(token)
    const last = devices.at(-1)
    if (last === undefined || devices.length < limit) return tokens
    after = last.id
  }
}

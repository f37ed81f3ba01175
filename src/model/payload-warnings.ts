import type { JsonObject, PushType } from '../apns/index.js'

/** Something that Apple takes, or may take, and that does not do what one would expect. */
export interface PayloadWarning {
  /** What it is about, by the name of a field of the notification. */
  field: string
  /** One line. */
  message: string
}

/**
 * What is allowed and probably not meant of a payload by its push type. No rule is broken: nothing is refused for it.
 *
 * @param topic passes of the Wallet are told to load anew by an empty push to theirs, which is a pass type id
 */
export function payloadWarnings(payload: string, pushType: PushType, topic: string): PayloadWarning[] {
  const { aps } = JSON.parse(payload) as JsonObject
  const keys = typeof aps === 'object' && aps !== null && !Array.isArray(aps) ? (aps as JsonObject) : {}
  const wakes = keys['content-available'] === 1
  if (pushType === 'background') return backgroundWarnings(Object.keys(keys), wakes)
  const isSilent = !isSaid(keys['alert']) && keys['badge'] === undefined && !isSaid(keys['sound'])
  if (pushType !== 'alert' || !isSilent || wakes || topic.startsWith('pass.')) return []
  return [{ field: 'payload', message: 'It shows nothing, makes no sound and wakes nothing' }]
}

/**
 * Apple has it that `aps` of a background push holds only `content-available: 1`, and that a push type that does not match may lead to an
 * error, a delay or a loss: which one is not said, so that it is not refused here.
 * Source: pushing-background-updates-to-your-app, and `apns-push-type` in sending-notification-requests-to-apns.
 */
function backgroundWarnings(names: readonly string[], wakes: boolean): PayloadWarning[] {
  const others = names.filter((name) => name !== 'content-available')
  return [
    ...(others.length > 0
      ? [
          {
            field: 'pushType',
            message: `Apple wants nothing but content-available in “aps” of a background push, and may refuse, delay or drop one with ${others.slice(0, 5).join(', ')}; the push type alert may have both`,
          },
        ]
      : []),
    ...(wakes
      ? []
      : [{ field: 'pushType', message: 'A background push without content-available: 1 wakes nothing' }]),
  ]
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== '' && !(isObject(value) && Object.keys(value).length === 0)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

import { PushError, shown } from '../base/index.js'
import { type Audience, normalizeDeviceToken, type Push, type Service } from '../model/index.js'

/** How large an audience is, and who of it is left out. */
export type AudienceSize = Pick<Push, 'audienceSize' | 'skippedInactive' | 'skippedUnregistered'>

/** Checks an audience and brings its tokens into their normal form. PUSH_ERR_DEVICE_TOKEN_INVALID, PUSH_ERR_INPUT_INVALID. */
export function checkAudience(audience: Audience): Audience {
  if (audience.kind === 'all') return audience
  if (audience.kind === 'tokens') {
    const tokens = audience.tokens.map((token, index) => normalizeDeviceToken(token, `tokens[${index}]`))
    return { kind: 'tokens', tokens }
  }
  const wrong = audience.ids.findIndex((id) => !Number.isSafeInteger(id) || id < 1)
  if (wrong === -1) return audience
  const field = `${audience.kind}[${wrong}]`
  throw new PushError('PUSH_ERR_INPUT_INVALID', `${field}: ${shown(audience.ids[wrong])} is no id`, { field })
}

/** Throws PUSH_ERR_AUDIENCE_EMPTY where nobody is left to push to, and says why. */
export function refuseEmpty(audience: Audience, size: AudienceSize, service: Service): void {
  if (size.audienceSize > 0) return
  const { skippedInactive: inactive, skippedUnregistered: unregistered } = size
  const name = `service ${service.id} (${service.name})`
  const left = `${inactive} inactive, ${unregistered} not registered`
  const message =
    audience.kind === 'all'
      ? `There is nobody to push to: ${name} has no active device (${inactive} inactive)`
      : `There is nobody to push to: no active device of ${name} is among the ${audience.kind} given (${left})`
  throw new PushError('PUSH_ERR_AUDIENCE_EMPTY', message)
}

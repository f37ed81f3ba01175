import { checked, PushError, type Report, refuse, shown } from '../base/index.js'
import {
  type Audience,
  checkDeviceCondition,
  normalizeDeviceToken,
  type Push,
  type Service,
} from '../model/index.js'

/** How large an audience is, and who of it is left out. */
export type AudienceSize = Pick<Push, 'audienceSize' | 'skippedInactive' | 'skippedUnregistered'>

/**
 * Checks an audience and brings its tokens into their normal form. PUSH_ERR_DEVICE_TOKEN_INVALID, PUSH_ERR_INPUT_INVALID.
 *
 * @param report takes every name at fault where it does not throw; the audience then is the others
 */
export function checkAudience(audience: Audience, report: Report = refuse): Audience {
  if (audience.kind === 'all' || audience.kind === 'retry') return audience
  if (audience.kind === 'where') {
    const where = checked(report, () => checkDeviceCondition(audience.where), { devices: [] })
    return { kind: 'where', where }
  }
  if (audience.kind === 'tokens') {
    const tokens = audience.tokens.map((token, index) =>
      checked(report, () => normalizeDeviceToken(token, `tokens[${index}]`), undefined),
    )
    return { kind: 'tokens', tokens: tokens.filter((token) => token !== undefined) }
  }
  const { kind } = audience
  const ids = audience.ids.filter((id, index) => {
    if (Number.isSafeInteger(id) && id >= 1) return true
    const field = `${kind}[${index}]`
    report(new PushError('PUSH_ERR_INPUT_INVALID', `${field}: ${shown(id)} is no id`, { field }))
    return false
  })
  return { kind, ids }
}

/** Throws PUSH_ERR_AUDIENCE_EMPTY where nobody is left to push to, and says why; or reports it. */
export function refuseEmpty(
  audience: Audience,
  size: AudienceSize,
  service: Service,
  report: Report = refuse,
): void {
  if (size.audienceSize > 0) return
  const { skippedInactive: inactive, skippedUnregistered: unregistered } = size
  const name = `service ${service.id} (${service.name})`
  const left = `${inactive} inactive, ${unregistered} not registered`
  const whom = {
    all: `${name} has no active device (${inactive} inactive)`,
    where: `no active device of ${name} fits the condition (${inactive} inactive)`,
    retry: `no device of the push is active that ended so (${inactive} inactive)`,
    listed: `no active device of ${name} is among the ${audience.kind} given (${left})`,
  }
  const { kind } = audience
  const why = whom[kind === 'all' || kind === 'where' || kind === 'retry' ? kind : 'listed']
  report(new PushError('PUSH_ERR_AUDIENCE_EMPTY', `There is nobody to push to: ${why}`))
}

import { PushError, shown } from '../base/index.js'
import type { User } from './user.js'

/**
 * What a caller of the v1 API may do. `devices:register`: register devices, and nothing else. `devices`: everything about devices, and
 * read the feedback ledger. `push`: notifications, pushes, schedules, statistics, and read services. `services`: services and feedback
 * services. `admin`: all of it, and users, tokens, sessions and the audit log.
 */
export const scopes = ['devices:register', 'devices', 'push', 'services', 'admin'] as const

/** See `scopes`. */
export type Scope = (typeof scopes)[number]

/** One or more scopes, each once, in the order of `scopes`. PUSH_ERR_INPUT_INVALID. */
export function checkScopes(input: readonly string[]): Scope[] {
  const unknown = input.find((scope) => !scopes.some((one) => one === scope))
  if (unknown !== undefined || input.length === 0)
    throw new PushError(
      'PUSH_ERR_INPUT_INVALID',
      `scopes: ${unknown === undefined ? 'none' : shown(unknown)} is not allowed; use one or more of ${scopes.join(', ')}`,
      { field: 'scopes' },
    )
  return scopes.filter((scope) => input.includes(scope))
}

/** What a user may do at most: superusers everything, staff everything but `admin`, others and inactive ones nothing. */
export function scopesOfUser(user: Pick<User, 'isActive' | 'isStaff' | 'isSuperuser'>): Scope[] {
  if (!user.isActive) return []
  if (user.isSuperuser) return [...scopes]
  return user.isStaff ? scopes.filter((scope) => scope !== 'admin') : []
}

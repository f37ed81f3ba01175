/**
 * What a caller may do. `devices:register`: register devices, and nothing else. `devices`: everything about devices, and read the
 * feedback ledger. `push`: notifications, pushes, schedules, statistics, and read services. `services`: services and feedback
 * services. `admin`: all of it, and users, tokens, sessions and the audit log.
 */
export const scopes = ['devices:register', 'devices', 'push', 'services', 'admin'] as const

/** See `scopes`. */
export type Scope = (typeof scopes)[number]

/** What a route asks for: one of these scopes. `any`: whoever is known. `public`: everybody. */
export type RequiredScope = Scope | readonly Scope[] | 'any' | 'public'

/** Who makes a request. */
export interface Principal {
  kind: 'token' | 'basic' | 'session'
  /** The user's name, or that of the token: what is written down. */
  name: string
  /** The user; the token's owner. Null: a token whose owner is gone. */
  userId: number | null
  scopes: ReadonlySet<Scope>
}

/** Whether a principal may use a route. */
export function isAllowed({ scopes: own }: Principal, required: RequiredScope): boolean {
  if (required === 'any' || required === 'public' || own.has('admin')) return true
  const wanted = typeof required === 'string' ? [required] : required
  return wanted.some((scope) => own.has(scope) || (scope === 'devices:register' && own.has('devices')))
}

/** What a user may do: staff everything but `admin`, superusers that, too, others nothing. */
export function scopesOfUser(user: { isStaff: boolean; isSuperuser: boolean }): ReadonlySet<Scope> {
  if (user.isSuperuser) return new Set(scopes)
  return new Set(user.isStaff ? scopes.filter((scope) => scope !== 'admin') : [])
}

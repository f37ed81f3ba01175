import { PushError } from '../../base/index.js'
import { type Scope, scopesOfUser, type User } from '../../model/index.js'

/** What a route asks for: one of these scopes. `any`: whoever may do something. `public`: everybody. */
export type RequiredScope = Scope | readonly Scope[] | 'any' | 'public'

/** Who makes a request. */
export interface Principal {
  kind: 'token' | 'basic' | 'session'
  /** The token's or the session's id; null with Basic. */
  id: number | null
  /** The user's name, or that of the token: what is written down. */
  name: string
  /** The user, or the token's owner; null: a token that belongs to nobody. */
  userId: number | null
  scopes: ReadonlySet<Scope>
}

/** A user as the one who asks. */
export function principalOfUser(user: User, kind: 'basic' | 'session', id: number | null): Principal {
  return { kind, id, name: user.username, userId: user.id, scopes: new Set(scopesOfUser(user)) }
}

/** Whether a principal may use a route. */
export function isAllowed({ scopes: own }: Principal, required: RequiredScope): boolean {
  if (required === 'any') return own.size > 0
  if (required === 'public' || own.has('admin')) return true
  const wanted = typeof required === 'string' ? [required] : required
  return wanted.some((scope) => own.has(scope) || (scope === 'devices:register' && own.has('devices')))
}

/** PUSH_ERR_FORBIDDEN: what it takes. */
export function forbidden({ name }: Principal, required: RequiredScope | undefined): PushError {
  const wanted = required === 'any' ? 'a scope' : [required].flat().join(' or ')
  return new PushError('PUSH_ERR_FORBIDDEN', `${name} may not do this; it takes ${wanted}`)
}

import { checkScopes, type Scope } from './scope.js'
import { checkInteger, checkText } from './text-check.js'

/** A token for the v1 API, without its secret part, which is shown once and kept as a hash. Times are milliseconds since 1970. */
export interface ApiToken {
  id: number
  /** 1 to 150 characters; what is written down of who did something. */
  name: string
  scopes: Scope[]
  /** Its owner, beyond whose rights it never goes; null: it was made on the command line or by the library. */
  userId: number | null
  /** Who made it: the name of a user, of a token, or of an operating system's user. */
  createdBy: string
  createdAt: number
  /** Null: never. */
  expiresAt: number | null
  /** Exact to a minute; null: never. */
  lastUsedAt: number | null
  /** Null: it has not been revoked. */
  revokedAt: number | null
}

/** A token to be made. */
export type NewApiToken = Pick<ApiToken, 'name' | 'scopes' | 'userId' | 'createdBy' | 'expiresAt'>

/** Times beyond which no date is shown. */
const LATEST = 8.64e15

/** Checks a token to be made at a time. PUSH_ERR_INPUT_INVALID. */
export function checkApiToken(
  { name, scopes, expiresAt }: { name: string; scopes: readonly string[]; expiresAt: number | null },
  at: number,
): Pick<NewApiToken, 'name' | 'scopes' | 'expiresAt'> {
  return {
    name: checkText('name', name, 150, 1),
    scopes: checkScopes(scopes),
    expiresAt:
      expiresAt === null ? null : checkInteger('expiresAt', expiresAt, at + 1, LATEST, 'a time to come'),
  }
}

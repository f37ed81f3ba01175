import { type Clock, PushError } from '../base/index.js'
import { type Session, sessionEnd, type User } from '../model/index.js'
import type { SessionStore } from '../store/index.js'
import { LastUse } from './last-use.js'
import { hashOfToken, newSessionToken } from './secret-token.js'

/** From where somebody signs in. */
export interface SessionOrigin {
  address: string
  userAgent: string
  /** The token of a session that is left with it. */
  replaced?: string | undefined
}

/**
 * The sessions of users who have signed in. A session lives 12 hours after its last use, and 7 days at most. A new password, a
 * deactivation and a deletion of the user end all of the user's sessions.
 */
export class Sessions {
  readonly #store: SessionStore
  readonly #clock: Clock
  readonly #lastUse: LastUse

  constructor(store: SessionStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
    this.#lastUse = new LastUse((id, at) => store.noteUse(id, at))
  }

  /** Those of a user that live, by id. */
  async list(user: number): Promise<Session[]> {
    const now = this.#clock.now()
    return (await this.#store.list(user)).filter((session) => sessionEnd(session) > now)
  }

  /** PUSH_ERR_SESSION_NOT_FOUND where the user has no such session. */
  async end(id: number, user: number): Promise<void> {
    if (await this.#store.remove(id, user)) return
    throw new PushError(
      'PUSH_ERR_SESSION_NOT_FOUND',
      `session with id ${id} does not exist, or is another's`,
      {
        field: 'session',
      },
    )
  }

  /**
   * Begins a session of a user whose password was right. Its token is always a new one, so that nobody can be made to sign in to
   * a session that another knows (session fixation). Undefined where the user has another password by now, or is inactive or gone.
   *
   * @param passwordHash what the password was verified against
   * @internal
   */
  async begin(
    user: Pick<User, 'id'>,
    passwordHash: string,
    { address, userAgent, replaced }: SessionOrigin,
  ): Promise<{ session: Session; token: string } | undefined> {
    const token = newSessionToken()
    const session = await this.#store.create(
      {
        ...{
          userId: user.id,
          passwordHash,
          address,
          userAgent: userAgent.slice(0, 200),
          tokenHash: hashOfToken(token),
        },
        ...(replaced !== undefined && { replaced: hashOfToken(replaced) }),
      },
      this.#clock.now(),
    )
    return session && { session, token }
  }

  /**
   * The session of a token with its user; undefined where there is none, or it is over, or its user inactive.
   * @internal
   */
  async verify(token: string): Promise<{ session: Session; user: User } | undefined> {
    const found = await this.#store.findByHash(hashOfToken(token))
    const now = this.#clock.now()
    if (found === undefined || !found.user.isActive || sessionEnd(found.session) <= now) return undefined
    this.#lastUse.note(found.session.id, found.session.lastSeenAt, now)
    return found
  }
}

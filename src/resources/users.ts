import { type Clock, PushError } from '../base/index.js'
import { checkUser, checkUserChange, type User, type UserChange } from '../model/index.js'
import type { Check, OrderedPage, UserStore } from '../store/index.js'
import { hashPassword } from './password.js'

/** A user to be made. */
export interface UserInput {
  /** 1 to 150 characters, unique, without a colon. */
  username: string
  /** 8 to 1024 characters; only a hash of it is stored. Absent: the user can not sign in, and only has devices. */
  password?: string
  email?: string
  /** True by default. */
  active?: boolean
  /** May use what `AuthBasicIsStaff` protects. False by default. */
  staff?: boolean
  /** False by default. */
  superuser?: boolean
}

/** The people who may use the API. */
export class Users {
  readonly #store: UserStore
  readonly #clock: Clock

  constructor(store: UserStore, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  /** PUSH_ERR_INPUT_INVALID, PUSH_ERR_USER_EXISTS. */
  async create({ password, ...input }: UserInput): Promise<User> {
    const user = checkUser({ username: input.username, ...traitsOf(input) })
    const passwordHash = password === undefined ? NO_PASSWORD : await hash(password)
    return await this.#store.create({ ...user, passwordHash }, this.#clock.now())
  }

  /** Undefined where no user has this id. */
  get(id: number): Promise<User | undefined> {
    return this.#store.get(id)
  }

  /** By id, a page at a time. `username`: only those whose name begins with it. */
  list(page: OrderedPage & { username?: string } = {}): Promise<User[]> {
    return this.#store.list(page)
  }

  /**
   * Changes what is named and leaves the rest; the password is changed by `setPassword`. PUSH_ERR_INPUT_INVALID,
   * PUSH_ERR_USER_NOT_FOUND, PUSH_ERR_USER_EXISTS.
   *
   * @param options.check looks at the user as he is, in the same transaction; what it throws leaves all as it is
   */
  async change(
    id: number,
    change: Partial<Omit<UserInput, 'password'>>,
    { check }: { check?: Check<User> } = {},
  ): Promise<User> {
    const { username, ...traits } = change
    return await this.#store.change(id, (current) => {
      check?.(current)
      return checkUserChange({ ...(username !== undefined && { username }), ...traitsOf(traits) }, current)
    })
  }

  /** Devices that are his stay, without him. PUSH_ERR_USER_NOT_FOUND. `check` as with `change`. */
  remove(id: number, { check }: { check?: Check<User> } = {}): Promise<void> {
    return this.#store.remove(id, check)
  }

  /**
   * Of a user by name or id. PUSH_ERR_USER_NOT_FOUND, PUSH_ERR_INPUT_INVALID.
   */
  async setPassword(user: string | number, password: string): Promise<void> {
    const id = typeof user === 'number' ? user : (await this.#store.findByUsername(user))?.user.id
    if (id === undefined)
      throw new PushError('PUSH_ERR_USER_NOT_FOUND', `User ${user} does not exist`, { field: 'username' })
    await this.#store.setPasswordHash(id, await hash(password))
  }

  /** Whether there is anybody who can sign in: an active user of the staff, or a superuser, with a password. */
  hasStaff(): Promise<boolean> {
    return this.#store.hasStaff()
  }

  /**
   * Gives a user another password, whose old one has just been verified; his sessions end. Returns the new hash; undefined where he has
   * another password than that by now. PUSH_ERR_USER_NOT_FOUND, PUSH_ERR_INPUT_INVALID.
   *
   * @param current the hash that the old one was verified against
   * @internal
   */
  async replacePassword(id: number, current: string, password: string): Promise<string | undefined> {
    const made = await hash(password)
    return (await this.#store.setPasswordHash(id, made, { current })) ? made : undefined
  }
}

/** No hash of any kind: no password fits it. */
const NO_PASSWORD = ''

function traitsOf({ email, active, staff, superuser }: Omit<UserInput, 'username' | 'password'>): UserChange {
  return {
    ...(email !== undefined && { email }),
    ...(active !== undefined && { isActive: active }),
    ...(staff !== undefined && { isStaff: staff }),
    ...(superuser !== undefined && { isSuperuser: superuser }),
  }
}

/** Fewer can be guessed. NIST SP 800-63B, 5.1.1.2, and the predecessor's framework ask for as many. */
const leastPasswordLength = 8

async function hash(password: string): Promise<string> {
  if (password.length < leastPasswordLength)
    throw new PushError(
      'PUSH_ERR_INPUT_INVALID',
      `password: it has ${password.length} characters; at least ${leastPasswordLength} are needed`,
      { field: 'password' },
    )
  return await hashPassword(password)
}

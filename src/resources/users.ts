import { type Clock, PushError } from '../base/index.js'
import { checkUser, type User } from '../model/index.js'
import type { UserStore } from '../store/index.js'
import { hashPassword } from './password.js'

/** A user to be made. */
export interface UserInput {
  /** 1 to 150 characters, unique, without a colon. */
  username: string
  /** 8 to 1024 characters; only a hash of it is stored. */
  password: string
  email?: string
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
  async create({ username, password, email, staff, superuser }: UserInput): Promise<User> {
    const user = checkUser({
      username,
      ...(email !== undefined && { email }),
      ...(staff !== undefined && { isStaff: staff }),
      ...(superuser !== undefined && { isSuperuser: superuser }),
    })
    return await this.#store.create({ ...user, passwordHash: await hash(password) }, this.#clock.now())
  }

  /** Undefined where no user has this id. */
  get(id: number): Promise<User | undefined> {
    return this.#store.get(id)
  }

  /** All users, by id. */
  list(): Promise<User[]> {
    return this.#store.list()
  }

  /** PUSH_ERR_USER_NOT_FOUND, PUSH_ERR_INPUT_INVALID. */
  async setPassword(username: string, password: string): Promise<void> {
    const found = await this.#store.findByUsername(username)
    if (found === undefined)
      throw new PushError('PUSH_ERR_USER_NOT_FOUND', `User ${username} does not exist`, { field: 'username' })
    await this.#store.setPasswordHash(found.user.id, await hash(password))
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

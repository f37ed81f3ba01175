import { randomBytes } from 'node:crypto'
import { PushError } from '../base/index.js'

/** Argon2id (the library's default kind) with OWASP's first choice of parameters: 19 MiB and two passes, about 17 ms. */
const cost = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 } as const

/**
 * How many passwords are hashed or verified at once, in the whole process. Each takes 19 MiB and one of libuv's four
 * threads, which files and name resolution need too: a flood of wrong passwords must not take them all.
 */
const maxConcurrent = 2

/** Characters that a password may have at most. */
const maxPasswordLength = 1024

/** A hash in the same form, at the same cost, that no password is known to have. New in every process. */
export const nobodysHash = `$argon2id$v=19$m=${cost.memoryCost},t=${cost.timeCost},p=${cost.parallelism}$${unpadded(16)}$${unpadded(32)}`

function unpadded(bytes: number): string {
  return randomBytes(bytes).toString('base64').replaceAll('=', '')
}

/** How many may wait for that; beyond it the server says that it has too much to do. Half a second of work. */
const maxWaiting = 50

let running = 0
const waiting: (() => void)[] = []

/** Runs a task that hashes, when it is its turn. PUSH_ERR_OVERLOADED where too many wait. */
export async function inPasswordSlot<T>(task: () => Promise<T>): Promise<T> {
  if (running < maxConcurrent) running++
  else if (waiting.length >= maxWaiting)
    throw new PushError('PUSH_ERR_OVERLOADED', 'too many passwords wait to be checked; try again')
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await task()
  } finally {
    // The slot is handed on to who waits longest, or given back.
    const next = waiting.shift()
    if (next) next()
    else running--
  }
}

/**
 * The hash of a password, as a PHC string, for `UserStore.create` and `setPasswordHash`.
 * PUSH_ERR_INPUT_INVALID where it is empty or longer than 1024 characters.
 */
export async function hashPassword(password: string): Promise<string> {
  if (password.length === 0 || password.length > maxPasswordLength)
    throw new PushError(
      'PUSH_ERR_INPUT_INVALID',
      `password: it has ${password.length} characters; 1 to ${maxPasswordLength} are allowed`,
      { field: 'password' },
    )
  // Imported when needed: most programs that push have no password to look at.
  const { hash } = await import('@node-rs/argon2')
  return await inPasswordSlot(() => hash(password, cost))
}

/** Whether this password has this hash. To be called in a slot. A hash of another kind fits no password. */
export async function verifyPassword(passwordHash: string, password: string): Promise<boolean> {
  if (password.length > maxPasswordLength) return false
  const { verify } = await import('@node-rs/argon2')
  try {
    return await verify(passwordHash, password)
  } catch {
    return false
  }
}

import { checkBoolean, checkText, notAllowed } from './text-check.js'
import type { User } from './user.js'

/** A user to be made; only the name is needed. */
export type NewUser = Pick<User, 'username'> & Partial<Omit<User, 'id' | 'username' | 'createdAt'>>

/** What may be changed of a user. Absent fields stay. */
export type UserChange = Partial<Omit<User, 'id' | 'createdAt'>>

/** Checks what is to be changed of a user. PUSH_ERR_INPUT_INVALID. */
export function checkUserChange(change: UserChange, current: User): Omit<User, 'id' | 'createdAt'> {
  return checkUser({ ...current, ...change })
}

/**
 * Checks a user to be made and fills in what is absent: no email, active, neither staff nor superuser.
 *
 * The name has 1 to 150 characters, no colon (Basic authentication splits there, RFC 7617 section 2), no control
 * characters and no space at its ends. PUSH_ERR_INPUT_INVALID.
 */
export function checkUser(input: NewUser): Omit<User, 'id' | 'createdAt'> {
  const username = checkText('username', input.username, 150, 1)
  if (/[:\p{Cc}]|^\s|\s$/u.test(username)) {
    throw notAllowed('username', username, 'a name without colon, control characters and outer spaces')
  }
  const email = checkText('email', input.email ?? '', 254)
  if (email !== '' && !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw notAllowed('email', email, 'an address such as ann@example.com')
  }
  return {
    username,
    email,
    isActive: checkBoolean('isActive', input.isActive ?? true),
    isStaff: checkBoolean('isStaff', input.isStaff ?? false),
    isSuperuser: checkBoolean('isSuperuser', input.isSuperuser ?? false),
  }
}

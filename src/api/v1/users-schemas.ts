import { type Static, Type } from 'typebox'
import type { User } from '../../model/index.js'
import { Id, shownTime, Time } from './list.js'

const Username = Type.String({
  minLength: 1,
  maxLength: 150,
  description: 'Unique, without colon, control characters and outer spaces.',
})
const Email = Type.String({ maxLength: 254, description: 'Empty: none.' })
const isActive = Type.Boolean({ description: 'Whether the user may sign in.' })
const isStaff = Type.Boolean({ description: 'May do everything that takes a scope but `admin`.' })
const isSuperuser = Type.Boolean({ description: 'May do everything.' })
const Password = Type.String({
  minLength: 8,
  maxLength: 1024,
  writeOnly: true,
  description: 'Only a hash of it is stored.',
})

/** A user to be made. */
export const UserInputSchema = Type.Object(
  {
    username: Username,
    password: Type.Optional(Password),
    email: Type.Optional(Email),
    isActive: Type.Optional(isActive),
    isStaff: Type.Optional(isStaff),
    isSuperuser: Type.Optional(isSuperuser),
  },
  { title: 'UserInput', additionalProperties: false },
)

/** What may be changed of a user. */
export const UserChangeSchema = Type.Object(
  {
    username: Type.Optional(Username),
    email: Type.Optional(Email),
    isActive: Type.Optional(isActive),
    isStaff: Type.Optional(isStaff),
    isSuperuser: Type.Optional(isSuperuser),
  },
  { title: 'UserChange', additionalProperties: false, minProperties: 1 },
)

/** A new password. */
export const PasswordSchema = Type.Object({ password: Password }, { additionalProperties: false })

/** A user as he is shown. */
export const UserSchema = Type.Object(
  { id: Id, username: Type.String(), email: Email, isActive, isStaff, isSuperuser, createdAt: Time },
  { title: 'User', additionalProperties: false },
)

/** A user in the words of the API. */
export function shownUser(user: User): Static<typeof UserSchema> {
  const { id, username, email, isActive, isStaff, isSuperuser, createdAt } = user
  return { id, username, email, isActive, isStaff, isSuperuser, createdAt: shownTime(createdAt) }
}

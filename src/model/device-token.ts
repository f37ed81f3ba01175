import { PushError, shown } from '../base/index.js'

/**
 * Hexadecimal digits that a device token may have at most. Apple says that tokens have no fixed size; 64 and 108 are
 * common, tokens of Live Activities are longer. Source: developer.apple.com/documentation/usernotifications/registering-your-app-with-apns
 */
const maxTokenDigits = 512

/**
 * The one form in which a device token is kept: lower-case hexadecimal. `<`, `>` and white space are dropped first, as
 * apps send the printed form of `NSData`.
 *
 * @param input what a person or an app gave; 2 to 512 digits, an even number of them
 * @param field the name under which its user knows it
 * @throws PUSH_ERR_DEVICE_TOKEN_INVALID that says what is wrong
 */
export function normalizeDeviceToken(input: unknown, field = 'token'): string {
  if (typeof input !== 'string') throw invalid(field, `${shown(input)} is not a text`)
  // Most tokens come in their normal form already: no copy then.
  if (input.length <= maxTokenDigits && input.length % 2 === 0 && /^[0-9a-f]+$/.test(input)) return input
  const token = input.replace(/[<>\s]+/g, '').toLowerCase()
  if (token === '') throw invalid(field, 'it is empty')
  const stray = token.match(/[^0-9a-f]/u)
  if (stray) throw invalid(field, `${cut(token)} is not hexadecimal (${shown(stray[0])})`)
  if (token.length > maxTokenDigits) {
    throw invalid(
      field,
      `${cut(token)} is too long: ${token.length} digits, at most ${maxTokenDigits} are allowed`,
    )
  }
  if (token.length % 2 !== 0) {
    throw invalid(field, `${cut(token)} has an odd number of digits: ${token.length}`)
  }
  return token
}

function invalid(field: string, what: string): PushError {
  return new PushError(
    'PUSH_ERR_DEVICE_TOKEN_INVALID',
    `${field}: ${what}; a device token is an even number of hexadecimal digits`,
    { field },
  )
}

function cut(token: string): string {
  return shown(token.length > 24 ? `${token.slice(0, 20)}...` : token)
}

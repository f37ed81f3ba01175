import { randomBytes, randomUUID } from 'node:crypto'
import { linkSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs'
import { errorMessage, hasErrorCode, PushError } from '../base/index.js'

const keyBytes = 32

/** The key of the setting: base64 of 32 bytes. PUSH_ERR_SECRET_KEY_INVALID, which never shows it. */
export function decodeSecretKey(text: string, source: string): Buffer {
  const trimmed = text.trim()
  const key = Buffer.from(trimmed, 'base64')
  const canonical = key.toString('base64').replace(/=+$/, '')
  if (key.length === keyBytes && canonical === trimmed.replace(/=+$/, '')) return key
  throw new PushError(
    'PUSH_ERR_SECRET_KEY_INVALID',
    `${source}: it is not the base64 of ${keyBytes} bytes; make one with: openssl rand -base64 ${keyBytes}`,
    { field: 'secretKey' },
  )
}

/** Reads the key file, or makes it (mode 0600). Two processes that start at once end up with the same key. */
export function loadSecretKeyFile(path: string): Buffer {
  const text = read(path) ?? create(path)
  return decodeSecretKey(text, path)
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (hasErrorCode(error, 'ENOENT')) return undefined
    throw fileError(path, 'read', error)
  }
}

/** Writes a file under another name and links it into place: a link is made whole, and for one process only. */
function create(path: string): string {
  const text = `${randomBytes(keyBytes).toString('base64')}\n`
  const draft = `${path}.${randomUUID()}`
  try {
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx' })
    try {
      linkSync(draft, path)
    } finally {
      unlinkSync(draft)
    }
    return text
  } catch (error) {
    const existing = hasErrorCode(error, 'EEXIST') ? read(path) : undefined
    if (existing !== undefined) return existing
    throw fileError(path, 'written', error)
  }
}

function fileError(path: string, verb: string, cause: unknown): PushError {
  return new PushError(
    'PUSH_ERR_SECRET_KEY_INVALID',
    `the secret key file ${path} can not be ${verb}: ${errorMessage(cause)}`,
    { field: 'secretKey', cause },
  )
}

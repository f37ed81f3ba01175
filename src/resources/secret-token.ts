import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** What every API token begins with, so that people and scanners for leaked secrets recognise one. */
const PREFIX = 'ion_'
const RANDOM_BYTES = 32
const form = /^ion_[0-9a-f]{64}[0-9a-f]{8}$/

/** `ion_`, 256 random bits and a CRC-32 of what stands before it, in hexadecimal digits: 76 characters. */
export function newApiToken(): string {
  const token = PREFIX + randomBytes(RANDOM_BYTES).toString('hex')
  return token + checksum(token)
}

/** Whether a text has the form of an API token: what is cut off or mistyped needs no look into the database. */
export function isApiToken(text: string): boolean {
  return form.test(text) && checksum(text.slice(0, -8)) === text.slice(-8)
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}

/** 256 random bits for a cookie, in base64url. */
export function newSessionToken(): string {
  return randomBytes(RANDOM_BYTES).toString('base64url')
}

/**
 * How a token is kept: SHA-256 in hexadecimal digits. A slow hash makes guessing dear where people choose the secret; of 256 random bits
 * nothing can be guessed, and this one is computed with every request. Looking up by the hash also takes care of time: how far
 * two hashes agree says nothing of the tokens.
 */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Why an Authorization header brings no credentials: the predecessor's sentences, which apps may match on. */
export type HeaderFault =
  | 'Authorization header not set'
  | 'Invalid Authorization header, expected Basic'
  | 'invalid base64 encoded header'
  | 'malformed Authorization header'

/**
 * Reads the credentials of a header `Basic base64(name:password)`, in UTF-8. The first colon ends the name, the
 * password may hold more of them; the scheme's case does not matter (RFC 7617 section 2).
 */
export function basicCredentials(
  header: string | undefined,
): { username: string; password: string } | HeaderFault {
  if (header === undefined) return 'Authorization header not set'
  const encoded = /^basic(?: +|$)(.*)$/i.exec(header.trim())?.[1]
  if (encoded === undefined) return 'Invalid Authorization header, expected Basic'
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(encoded))
    return 'invalid base64 encoded header'
  const text = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return 'malformed Authorization header'
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

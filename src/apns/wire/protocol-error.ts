/** Error codes of HTTP/2. Source: RFC 9113 section 7. */
export const errorCodes = {
  NO_ERROR: 0x0,
  PROTOCOL_ERROR: 0x1,
  INTERNAL_ERROR: 0x2,
  FLOW_CONTROL_ERROR: 0x3,
  SETTINGS_TIMEOUT: 0x4,
  STREAM_CLOSED: 0x5,
  FRAME_SIZE_ERROR: 0x6,
  REFUSED_STREAM: 0x7,
  CANCEL: 0x8,
  COMPRESSION_ERROR: 0x9,
  CONNECT_ERROR: 0xa,
  ENHANCE_YOUR_CALM: 0xb,
  INADEQUATE_SECURITY: 0xc,
  HTTP_1_1_REQUIRED: 0xd,
} as const

/** The name of an error code that a server sent; unknown ones by number. */
export function errorCodeName(code: number): string {
  const entry = Object.entries(errorCodes).find(([, value]) => value === code)
  return entry === undefined ? `error code ${code}` : entry[0]
}

/** The peer broke a rule of HTTP/2: the connection is of no use any more and ends with this code. */
export class ProtocolError extends Error {
  readonly errorCode: number

  constructor(errorCode: number, message: string) {
    super(message)
    this.name = 'ProtocolError'
    this.errorCode = errorCode
  }
}

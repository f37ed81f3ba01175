/**
 * Every error that this package raises on purpose. Callers match on the code; `docs/errors.md` says how to
 * repair each one, and a test compares the two. The number is the HTTP status that the REST API answers with.
 */
export const errorCatalogue = {
  // Use of the library, the command line and the configuration
  PUSH_ERR_CONFIG_INVALID: 500,
  PUSH_ERR_INPUT_INVALID: 400,
  PUSH_ERR_CLOSED: 503,
  PUSH_ERR_ABORTED: 499,

  // Speaking to APNs
  PUSH_ERR_APNS_CREDENTIAL_INVALID: 400,
  PUSH_ERR_APNS_PASSPHRASE_WRONG: 400,
  PUSH_ERR_APNS_CERTIFICATE_EXPIRED: 400,
  PUSH_ERR_APNS_CONNECT: 502,
  PUSH_ERR_APNS_TLS: 502,
  PUSH_ERR_APNS_PROXY: 502,
  PUSH_ERR_APNS_PROTOCOL: 502,
  PUSH_ERR_APNS_CONNECTION_LOST: 502,
  PUSH_ERR_APNS_TIMEOUT: 504,
  PUSH_ERR_APNS_RETRY_LATER: 503,
  PUSH_ERR_APNS_CLOCK: 502,

  // What is pushed
  PUSH_ERR_PAYLOAD_TOO_LARGE: 413,
  PUSH_ERR_PAYLOAD_INVALID: 400,
  PUSH_ERR_HEADER_INVALID: 400,
  PUSH_ERR_DEVICE_TOKEN_INVALID: 400,

  // The registry and the database
  PUSH_ERR_DATABASE_OPEN: 500,
  PUSH_ERR_DATABASE_SCHEMA: 500,
  PUSH_ERR_SECRET_KEY_INVALID: 500,
  PUSH_ERR_SECRET_UNSEAL: 500,
  PUSH_ERR_SERVICE_NOT_FOUND: 404,
  PUSH_ERR_SERVICE_EXISTS: 409,
  PUSH_ERR_SERVICE_IN_USE: 409,
  PUSH_ERR_DEVICE_NOT_FOUND: 404,
  PUSH_ERR_NOTIFICATION_NOT_FOUND: 404,
  PUSH_ERR_USER_NOT_FOUND: 404,
  PUSH_ERR_USER_EXISTS: 409,
  PUSH_ERR_PUSH_NOT_FOUND: 404,
  PUSH_ERR_FEEDBACK_SERVICE_NOT_FOUND: 404,
  PUSH_ERR_FEEDBACK_SERVICE_EXISTS: 409,

  // Delivery
  PUSH_ERR_AUDIENCE_EMPTY: 400,

  // Serving
  PUSH_ERR_LISTEN: 500,
} as const satisfies Record<string, number>

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue

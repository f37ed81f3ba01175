/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject
/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json | undefined }

/**
 * Apple's push types, and any other string: a type that this version does not know goes out as it is.
 * Source: developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
 */
export type PushType =
  | 'alert'
  | 'background'
  | 'voip'
  | 'complication'
  | 'fileprovider'
  | 'mdm'
  | 'location'
  | 'liveactivity'
  | 'pushtotalk'
  | 'widgets'
  | 'controls'
  | (string & {})

/** What is pushed: the payload and its headers, the same for every device it goes to. */
export interface ApnsMessage {
  /** The bundle id with the suffix of its push type, as `apns-topic`. Absent: only a certificate for one single topic allows that. */
  topic?: string
  /** The JSON body, as an object or already encoded. At most 4096 bytes in UTF-8, 5120 for `voip`. */
  payload: JsonObject | string | Uint8Array
  /** `apns-push-type`. Absent: `background` where `aps` holds `content-available` and no alert, badge or sound; else `alert`. */
  pushType?: PushType
  /** 10 at once, 5 when it suits the battery, 1 never wakes the device. Absent: 5 for `background`, else none is sent and Apple takes 10. */
  priority?: 10 | 5 | 1
  /** Until when Apple keeps and retries the push, in seconds since 1970; 0: one attempt. Absent: Apple's storage policy (30 days). */
  expiration?: number
  /** Pushes with the same id are shown as one. At most 64 bytes in UTF-8. */
  collapseId?: string
}

/** The same with the device it goes to. */
export interface ApnsRequest extends ApnsMessage {
  /** The device token, hexadecimal; sent in lower case. */
  token: string
  /** A lower-case UUID that Apple echoes. Absent: Apple makes one. */
  apnsId?: string
}

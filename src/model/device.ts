/** One installation of an app. Unique by (token, service). */
export interface Device {
  id: number
  /** Lower-case hexadecimal of any even length up to 512. */
  token: string
  serviceId: number
  isActive: boolean
  deactivatedAt: number | null
  /** Apple's reason, or the operator's; null while active. */
  deactivationReason: string | null
  addedAt: number
  /** When the app last registered: what Apple's 410 timestamp is compared with. 0: never here, it was imported. */
  registeredAt: number
  /** When a push to it was last accepted. */
  lastNotifiedAt: number | null
  /** Empty where the app did not say, as with the predecessor. At most 30, 30 and 20 characters. */
  platform: string
  display: string
  osVersion: string
  /** An IANA name such as `Europe/Berlin`; empty where the app did not say. */
  timeZone: string
  /** Ids of the users it belongs to, ascending. */
  users: number[]
}

/** What may be changed of a device. Absent fields stay. */
export interface DeviceChange {
  isActive?: boolean
  platform?: string
  display?: string
  osVersion?: string
  timeZone?: string
  /** Replaces the whole set. */
  users?: readonly number[]
}

/** One device of an import. */
export interface DeviceImport {
  token: string
  isActive?: boolean
  platform?: string
  display?: string
  osVersion?: string
  timeZone?: string
}

/** Which devices; all conditions must hold. */
export interface DeviceFilter {
  serviceId?: number
  isActive?: boolean
  /** The exact token. */
  token?: string
  userId?: number
  /** One of these ids; a thousand are a good number. */
  ids?: readonly number[]
}

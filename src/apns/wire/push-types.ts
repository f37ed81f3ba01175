import type { PushType } from './message.js'

/** What Apple asks of a push type. */
export interface PushTypeRule {
  /** What the topic has behind the bundle id. `mdm` has a topic of its own, which is no bundle id. */
  topicSuffix: string
  /** Size of the JSON body. */
  maxPayloadBytes: number
  /** Which `apns-priority` may be sent; an absent one is sent as 5 where that is the only one allowed. */
  priorities: readonly number[]
}

const ANY_PRIORITY = [10, 5, 1] as const

/** Size of the JSON body, but for `voip`. Source: generating-a-remote-notification in Apple's documentation. */
const MAX_PAYLOAD_BYTES = 4096
/** Size of a `voip` body. */
const MAX_VOIP_PAYLOAD_BYTES = 5120

function rule(
  topicSuffix: string,
  priorities: readonly number[] = ANY_PRIORITY,
  maxPayloadBytes = MAX_PAYLOAD_BYTES,
): PushTypeRule {
  return { topicSuffix, maxPayloadBytes, priorities }
}

/**
 * Apple's push types: name, wire value and rules in one table.
 * Source: sending-notification-requests-to-apns and the pages of WidgetKit, PushKit, PushToTalk, FileProvider, CoreLocation.
 */
const pushTypeRules: Readonly<Record<string, PushTypeRule>> = {
  /** Shows an alert, plays a sound or sets the badge. */
  alert: rule(''),
  /** Wakes the app without showing anything; a few an hour at the most. Priority 10 is an error. */
  background: rule('', [5, 1]),
  /** Rings: one push a call. The token comes from PushKit. */
  voip: rule('.voip', ANY_PRIORITY, MAX_VOIP_PAYLOAD_BYTES),
  /** Updates a watch face. The token comes from PushKit. */
  complication: rule('.complication'),
  /** Signals changes to a file provider. The token comes from PushKit. */
  fileprovider: rule('.pushkit.fileprovider'),
  /** Tells a managed device to contact its server; certificates only, and the topic is the certificate's UID. */
  mdm: rule(''),
  /** Asks for the device's location. */
  location: rule('.location-query'),
  /** Starts, updates or ends a Live Activity. */
  liveactivity: rule('.push-type.liveactivity'),
  /** Announces a Push to Talk transmission. */
  pushtotalk: rule('.voip-ptt'),
  /** Tells widgets to reload. */
  widgets: rule('.push-type.widgets'),
  /** Tells controls to reload. */
  controls: rule('.push-type.controls'),
}

/** The rule of a push type; one that is not in the table has no suffix and the ordinary limits. */
export function pushTypeRule(pushType: PushType): PushTypeRule {
  return (Object.hasOwn(pushTypeRules, pushType) ? pushTypeRules[pushType] : undefined) ?? rule('')
}

/** The topic of a push type for a bundle id, such as `com.example.app.voip`. A suffix that is there already is kept. */
export function topicFor(pushType: PushType, bundleId: string): string {
  const { topicSuffix } = pushTypeRule(pushType)
  return bundleId.endsWith(topicSuffix) ? bundleId : bundleId + topicSuffix
}

/** How long the payload of a push type may be, in bytes: 5120 for `voip`, 4096 for all others. */
export function maxPayloadBytesFor(pushType: PushType): number {
  return pushTypeRule(pushType).maxPayloadBytes
}

/** What the reasons mean that are told of a single device; Apple's, and our own. */
const meanings: Readonly<Record<string, string>> = {
  BadDeviceToken:
    'Apple does not know this token: it is mangled, or belongs to the other environment (development or production).',
  DeviceTokenNotForTopic: 'The token belongs to another app than the topic of the service.',
  Unregistered: 'The app was removed from the device, or the token was replaced by another one: it is dead.',
  ExpiredToken: 'The token has expired.',
  PayloadTooLarge: 'The payload is larger than Apple takes.',
  TooManyRequests: 'Apple was sent too many pushes for this device in a row.',
  TooManyProviderTokenUpdates: 'The key was used for new tokens too often.',
  ExpiredProviderToken: 'The clock of the server is wrong, or the token of the key was too old.',
  InvalidProviderToken: 'Key, key id and team id of the service do not belong together.',
  TopicDisallowed: 'The credential of the service may not push to its topic.',
  BadCertificate: 'Apple does not accept the certificate of the service.',
  BadCertificateEnvironment: 'The certificate of the service is for the other environment.',
  InternalServerError: 'Something went wrong at Apple’s.',
  ServiceUnavailable: 'Apple’s server was not available.',
  Shutdown: 'Apple’s server was closing.',
  Inactive: 'The device was inactive at that time.',
  NotRegistered: 'The device came into the registry later.',
  Pruned: 'What became of single devices is not kept any more for this push.',
  ActivityChanged: 'The device was switched off or on while the push ran; whether it was sent can’t be told.',
  NotAttempted: 'The push ended before it came to this device.',
  operator: 'Somebody switched it off, here, by the API or on the command line.',
  import: 'A file that was imported said so.',
}

/** One sentence on a reason of Apple's or ours; undefined: there is nothing to say beyond its name. */
export function reasonText(reason: string | null): string | undefined {
  return reason === null ? undefined : meanings[reason]
}

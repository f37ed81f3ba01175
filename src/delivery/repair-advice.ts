/**
 * What to repair, for each reason that stops a push: one sentence behind the reason. Source of the reasons' meaning:
 * developer.apple.com/documentation/usernotifications/handling-notification-responses-from-apns
 */
const advice: Readonly<Record<string, string>> = {
  // The request
  BadCollapseId: 'the collapse id is longer than 64 bytes; shorten it',
  BadExpirationDate: 'the expiration is no time that Apple takes; give seconds since 1970, or 0',
  BadMessageId: 'the apns-id is no UUID that Apple takes; report this as a bug of ios-notifications',
  BadPriority: 'the priority does not go with the push type; background pushes need 5',
  BadTopic: 'the topic is malformed; correct the bundle id of the service',
  DuplicateHeaders: 'a header was sent twice; report this as a bug of ios-notifications',
  InvalidPushType: 'Apple does not know this push type; correct it',
  MissingDeviceToken: 'a request had no token in its path; report this as a bug of ios-notifications',
  MissingTopic: 'the certificate is for several topics; give the service its bundle id as topic',
  PayloadEmpty: 'the payload is empty; give the notification something to show or to deliver',
  PayloadTooLarge: 'the payload is larger than Apple takes; shorten the message or the extra data',
  BadPath: 'the host does not know the path of device pushes; check the hostname and port of the service',
  MethodNotAllowed: 'the host takes no POST for device pushes; check the hostname and port of the service',

  // The credentials
  TopicDisallowed:
    'the key or certificate may not push to this topic; check the bundle id of the service, or use a key or certificate that covers it',
  BadCertificate: 'Apple does not accept the certificate; give the service a valid one',
  BadCertificateEnvironment:
    'the certificate is for the other environment; use the other hostname (api.push.apple.com, api.sandbox.push.apple.com) or the other certificate',
  ExpiredProviderToken:
    'Apple takes a fresh provider token for an old one; check the clock of this machine, it may be wrong by more than an hour',
  Forbidden: 'Apple allows this credential nothing; the key or certificate may have been revoked',
  InvalidProviderToken:
    'Apple does not accept the key; check that key file, key id and team id of the service belong together',
  MissingProviderToken:
    'Apple saw neither a certificate nor a provider token; check the credentials of the service',
  UnrelatedKeyIdInToken:
    'the key id is not related to the first one used on the connection; try again, and use one key for each service',
  BadEnvironmentKeyIdInToken:
    'the key is for the other environment; use the other hostname (api.push.apple.com, api.sandbox.push.apple.com) or the other key',
}

/** One line for a person: the reason, and what to repair. */
export function repairLine(reason: string): string {
  const known = reason === 'BadEnvironmentKeyInToken' ? 'BadEnvironmentKeyIdInToken' : reason
  const sentence = Object.hasOwn(advice, known) ? advice[known] : undefined
  return `${reason}: ${sentence ?? 'Apple refuses every push like this one'}`
}

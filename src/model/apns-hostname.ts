/**
 * The predecessor's hosts, which Apple closed in 2021, and the hosts that took their place.
 * Source: developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
 */
const successors: Readonly<Record<string, string>> = {
  'gateway.push.apple.com': 'api.push.apple.com',
  'gateway.sandbox.push.apple.com': 'api.sandbox.push.apple.com',
  'feedback.push.apple.com': 'api.push.apple.com',
  'feedback.sandbox.push.apple.com': 'api.sandbox.push.apple.com',
}

/** The host to connect to for the host of a service: itself, but for those that Apple has closed. */
export function apnsHostname(hostname: string): string {
  return Object.hasOwn(successors, hostname) ? successors[hostname]! : hostname
}

/** The port to connect to: the one given, but for the closed hosts' 2195 and 2196, which mean 443. 443 where none is given. */
export function apnsPort(hostname: string, port: number | undefined): number {
  const closed = Object.hasOwn(successors, hostname)
  if (port === undefined || (closed && (port === 2195 || port === 2196))) return 443
  return port
}

/** Apple's own hosts, each with the environment that certificates are made for. */
const environments: Readonly<Record<string, 'production' | 'sandbox'>> = {
  'api.push.apple.com': 'production',
  'api.sandbox.push.apple.com': 'sandbox',
  // Apple's older name of the sandbox, which still answers.
  'api.development.push.apple.com': 'sandbox',
}

/** Whose devices a host of Apple's pushes to; undefined for every other host. */
export function apnsEnvironment(hostname: string): 'production' | 'sandbox' | undefined {
  const host = apnsHostname(hostname)
  return Object.hasOwn(environments, host) ? environments[host] : undefined
}

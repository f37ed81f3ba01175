import type { Service } from '../app/index.js'

/** What people want to see of a service, in words. */
export function shownService(service: Service): { address: string; authentication: string } {
  const { hostname, port, authentication, keyId, teamId } = service
  return {
    address: `${hostname}:${port}`,
    authentication: authentication === 'key' ? `key ${keyId}, team ${teamId}` : 'certificate',
  }
}

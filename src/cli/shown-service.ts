import type { Service } from '../app/index.js'

/**
 * What people want to see of a service, in words. Where it names a host of the predecessor's that Apple has closed, the
 * address says which one is meant.
 */
export async function shownService(service: Service): Promise<{ address: string; authentication: string }> {
  const { apnsHostname } = await import('../app/index.js')
  const { hostname, port, authentication, keyId, teamId } = service
  const meant = `${apnsHostname(hostname)}:${port}`
  return {
    address: apnsHostname(hostname) === hostname ? meant : `${hostname}, which means ${meant}`,
    authentication: authentication === 'key' ? `key ${keyId}, team ${teamId}` : 'certificate',
  }
}

import { errorMessage, PushError } from '../base/index.js'
import {
  inspectService,
  type PartialService,
  type Service,
  type ServiceInspection,
  type ServiceProblem,
} from '../model/index.js'
import { pkcs12ToPem } from '../store/index.js'

/** A service while somebody types it. Anything may be missing, also inside its credential; an empty text counts as missing. */
export interface ServiceDraft extends PartialService {
  /** A PKCS#12 file. */
  p12?: { file?: Uint8Array; passphrase?: string }
}

/**
 * All that is known of a draft. Repeats no secret.
 *
 * @param services those that there are, whose names are taken
 * @param current that of them which is to be changed
 */
export async function inspectDraft(
  { p12, ...rest }: ServiceDraft,
  services: readonly Service[],
  current: Service | undefined,
  at: number,
): Promise<ServiceInspection> {
  const credentials = [rest.key, rest.certificate, p12].filter((one) => one !== undefined)
  const opened = credentials.length === 1 && p12 !== undefined ? await openP12(p12) : undefined
  const inspection = inspectService({ ...rest, ...opened?.credential }, current, at)
  const problems = [...(opened?.problems ?? []), ...inspection.problems]
  if (credentials.length > 1)
    problems.push(refused('key', 'exactly one of key, certificate and p12 is needed'))
  if (isTaken(rest, services, current)) {
    const message = `name: there is a service named ${JSON.stringify(rest.name ?? current?.name)} for this host already; use another name`
    problems.push({ code: 'PUSH_ERR_SERVICE_EXISTS', field: 'name', message, isRefused: true })
  }
  return { ...inspection, problems }
}

/** The credential in a file, without what is missing in it; and what is wrong with the file. */
async function openP12({ file, passphrase }: NonNullable<ServiceDraft['p12']>): Promise<{
  credential: Pick<PartialService, 'certificate'>
  problems: ServiceProblem[]
}> {
  if (file === undefined || file.length === 0) return { credential: { certificate: {} }, problems: [] }
  try {
    return { credential: { certificate: await pkcs12ToPem(file, passphrase) }, problems: [] }
  } catch (error) {
    if (!(error instanceof PushError)) throw error
    const { code, field = 'p12' } = error
    const problem = { code, field, message: errorMessage(error), isRefused: true }
    return { credential: { certificate: {} }, problems: [problem] }
  }
}

function isTaken(draft: ServiceDraft, services: readonly Service[], current: Service | undefined): boolean {
  const name = draft.name || current?.name
  const hostname = (draft.hostname || current?.hostname)?.toLowerCase()
  return services.some(
    (service) => service.id !== current?.id && service.name === name && service.hostname === hostname,
  )
}

function refused(field: string, message: string): ServiceProblem {
  return { code: 'PUSH_ERR_INPUT_INVALID', field, message, isRefused: true }
}

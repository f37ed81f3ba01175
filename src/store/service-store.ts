import type { Kysely, Selectable } from 'kysely'
import { PushError } from '../base/index.js'
import { certificatesOnly, type NewService, type Service, type ServiceCredential } from '../model/index.js'
import { isUniqueViolation, serviceNotFound } from './constraint-violation.js'
import type { Schema, ServiceRow } from './schema.js'
import type { Sealer } from './sealing.js'
import type { ServiceStore } from './store.js'

/** Everything of a service but its credential. */
const columns = [
  'id',
  'name',
  'hostname',
  'port',
  'topic',
  'authentication',
  'keyId',
  'teamId',
  'certificate',
  'ca',
  'feedback',
  'createdAt',
  'updatedAt',
] as const satisfies readonly (keyof Service & keyof ServiceRow)[]

/** Services; their credentials are sealed in one column. */
export class KyselyServiceStore implements ServiceStore {
  readonly #db: Kysely<Schema>
  readonly #sealer: Sealer

  constructor(db: Kysely<Schema>, sealer: Sealer) {
    this.#db = db
    this.#sealer = sealer
  }

  async create(service: NewService, at: number): Promise<Service> {
    const { name, hostname, topic, port = 443, ca = null, feedback = 'immediate', credential } = service
    const shown = shownOf(credential)
    try {
      return await this.#db.transaction().execute(async (db) => {
        const row = { name, hostname, port, topic, ca, feedback, ...shown, createdAt: at, updatedAt: at }
        // The secret is sealed for its row, whose id is known only now.
        const { id } = await db
          .insertInto('services')
          .values({ ...row, credential: '' })
          .returning('id')
          .executeTakeFirstOrThrow()
        const sealed = this.#sealer.seal(JSON.stringify(credential), placeOf(id))
        await db.updateTable('services').set({ credential: sealed }).where('id', '=', id).execute()
        return { id, ...row }
      })
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      throw new PushError(
        'PUSH_ERR_SERVICE_EXISTS',
        `name: there is a service named ${JSON.stringify(name)} for the host ${hostname} already; use another name`,
        { field: 'name', cause: error },
      )
    }
  }

  async get(id: number): Promise<Service | undefined> {
    return await this.#db.selectFrom('services').select(columns).where('id', '=', id).executeTakeFirst()
  }

  async list(): Promise<Service[]> {
    return await this.#db.selectFrom('services').select(columns).orderBy('id').execute()
  }

  async credential(id: number): Promise<ServiceCredential> {
    const row = await this.#db
      .selectFrom('services')
      .select('credential')
      .where('id', '=', id)
      .executeTakeFirst()
    if (row === undefined) throw serviceNotFound(id)
    return JSON.parse(this.#sealer.unseal(row.credential, placeOf(id))) as ServiceCredential
  }

  async remove(id: number, { cascade = false }: { cascade?: boolean } = {}): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const counts = []
      for (const [table, noun] of dependants) {
        const query = db.selectFrom(table).where('serviceId', '=', id)
        const { count } = await query
          .select((eb) => eb.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow()
        if (Number(count) > 0) counts.push(`${noun}: ${count}`)
      }
      if (counts.length > 0 && !cascade) {
        throw new PushError(
          'PUSH_ERR_SERVICE_IN_USE',
          `service ${id} is in use (${counts.join(', ')}); removing it needs cascade, which removes them too`,
          { field: 'service' },
        )
      }
      const { numDeletedRows } = await db.deleteFrom('services').where('id', '=', id).executeTakeFirst()
      if (numDeletedRows === 0n) throw serviceNotFound(id)
    })
  }
}

const dependants = [
  ['devices', 'devices'],
  ['notifications', 'notifications'],
  ['pushes', 'pushes'],
] as const

function placeOf(id: number): string {
  return `services:credential:${id}`
}

/** What of a credential is no secret. */
function shownOf(
  credential: ServiceCredential,
): Pick<Selectable<ServiceRow>, 'authentication' | 'keyId' | 'teamId' | 'certificate'> {
  if (credential.kind === 'key') {
    const { keyId, teamId } = credential.key
    return { authentication: 'key', keyId, teamId, certificate: null }
  }
  const certificate = certificatesOnly(credential.certificate.certificate)
  return { authentication: 'certificate', keyId: null, teamId: null, certificate }
}

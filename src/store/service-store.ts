import type { Kysely, Selectable } from 'kysely'
import { PushError } from '../base/index.js'
import {
  certificatesOnly,
  type NewService,
  type Service,
  type ServiceChange,
  type ServiceCredential,
} from '../model/index.js'
import { isUniqueViolation, serviceNotFound } from './constraint-violation.js'
import type { Schema, ServiceRow } from './schema.js'
import type { Sealer } from './sealing.js'
import { removeDependants } from './service-removal.js'
import type { Check, ServiceStore } from './store.js'

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
  'maxPerSecond',
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
    const row = { ...rowOf(service, at), createdAt: at }
    try {
      return await this.#db.transaction().execute(async (db) => {
        // The secret is sealed for its row, whose id is known only now.
        const { id } = await db
          .insertInto('services')
          .values({ ...row, credential: '' })
          .returning('id')
          .executeTakeFirstOrThrow()
        const credential = this.#sealed(service.credential, id)
        await db.updateTable('services').set({ credential }).where('id', '=', id).execute()
        return { id, ...row }
      })
    } catch (error) {
      throw serviceExists(service, error)
    }
  }

  async update(id: number, service: NewService, at: number): Promise<Service> {
    try {
      const updated = await this.#db
        .updateTable('services')
        .set({ ...rowOf(service, at), credential: this.#sealed(service.credential, id) })
        .where('id', '=', id)
        .returning(columns)
        .executeTakeFirst()
      if (updated === undefined) throw serviceNotFound(id)
      return updated
    } catch (error) {
      throw serviceExists(service, error)
    }
  }

  async change(id: number, decide: (current: Service) => ServiceChange, at: number): Promise<Service> {
    return await this.#db.transaction().execute(async (db) => {
      const current = await existing(db, id)
      const { credential, ...change } = decide(current)
      const secret = credential && { ...shownOf(credential), credential: this.#sealed(credential, id) }
      try {
        return await db
          .updateTable('services')
          .set({ ...change, ...secret, updatedAt: at })
          .where('id', '=', id)
          .returning(columns)
          .executeTakeFirstOrThrow()
      } catch (error) {
        throw serviceExists({ ...current, ...change }, error)
      }
    })
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

  #sealed(credential: ServiceCredential, id: number): string {
    return this.#sealer.seal(JSON.stringify(credential), placeOf(id))
  }

  removeDependants(id: number, limit: number, at: number): Promise<boolean> {
    return removeDependants(this.#db, id, limit, at)
  }

  async remove(
    id: number,
    { cascade = false, check }: { cascade?: boolean; check?: Check<Service> } = {},
  ): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      check?.(await existing(db, id))
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
          { field: 'cascade' },
        )
      }
      const { numDeletedRows } = await db.deleteFrom('services').where('id', '=', id).executeTakeFirst()
      if (numDeletedRows === 0n) throw serviceNotFound(id)
    })
  }
}

/** What is stored of a service, but for its secret and its beginning. */
function rowOf(service: NewService, at: number): Omit<Service, 'id' | 'createdAt'> {
  const { name, hostname, topic, port = 443, ca = null, feedback = 'immediate', credential } = service
  const { maxPerSecond = null } = service
  return { name, hostname, port, topic, ca, feedback, maxPerSecond, ...shownOf(credential), updatedAt: at }
}

async function existing(db: Kysely<Schema>, id: number): Promise<Service> {
  const service = await db.selectFrom('services').select(columns).where('id', '=', id).executeTakeFirst()
  if (service === undefined) throw serviceNotFound(id)
  return service
}

/** The error for a name that is taken; every other error as it is. */
function serviceExists({ name, hostname }: Pick<Service, 'name' | 'hostname'>, error: unknown): unknown {
  if (!isUniqueViolation(error)) return error
  return new PushError(
    'PUSH_ERR_SERVICE_EXISTS',
    `name: there is a service named ${JSON.stringify(name)} for the host ${hostname} already; use another name`,
    { field: 'name', cause: error },
  )
}

const dependants = [
  ['devices', 'devices'],
  ['notifications', 'notifications'],
  ['pushes', 'pushes'],
  ['feedbackServices', 'feedback services'],
] as const

/** Where a credential is kept: what it is sealed for. */
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

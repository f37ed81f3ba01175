import type { Kysely, Selectable } from 'kysely'
import { PushError } from '../base/index.js'
import type { NewSchedule, Schedule, ScheduleAction } from '../model/index.js'
import { isForeignKeyViolation, serviceNotFound } from './constraint-violation.js'
import type { ScheduleRow, Schema } from './schema.js'
import type { Check, ScheduleRun, ScheduleStore } from './store.js'

/** Schedules; what they do is kept as JSON. */
export class KyselyScheduleStore implements ScheduleStore {
  readonly #db: Kysely<Schema>

  constructor(db: Kysely<Schema>) {
    this.#db = db
  }

  async create({ action, ...schedule }: NewSchedule, at: number): Promise<Schedule> {
    try {
      const row = await this.#db
        .insertInto('schedules')
        .values({ ...schedule, action: JSON.stringify(action), createdAt: at })
        .returningAll()
        .executeTakeFirstOrThrow()
      return scheduleOf(row)
    } catch (error) {
      if (isForeignKeyViolation(error)) throw serviceNotFound(schedule.serviceId)
      throw error
    }
  }

  async get(id: number): Promise<Schedule | undefined> {
    const row = await this.#db.selectFrom('schedules').selectAll().where('id', '=', id).executeTakeFirst()
    return row && scheduleOf(row)
  }

  async list(): Promise<Schedule[]> {
    return (await this.#db.selectFrom('schedules').selectAll().orderBy('id').execute()).map(scheduleOf)
  }

  async setNext(id: number, nextAt: number | null): Promise<Schedule> {
    const row = await this.#db
      .updateTable('schedules')
      .set({ nextAt, isPaused: nextAt === null ? 1 : 0 })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) throw scheduleNotFound(id)
    return scheduleOf(row)
  }

  async remove(id: number, check?: Check<Schedule>): Promise<void> {
    await this.#db.transaction().execute(async (db) => {
      const current = await new KyselyScheduleStore(db).get(id)
      if (current === undefined) throw scheduleNotFound(id)
      check?.(current)
      await db.deleteFrom('schedules').where('id', '=', id).execute()
    })
  }

  async due(at: number): Promise<Schedule[]> {
    const rows = await this.#db
      .selectFrom('schedules')
      .selectAll()
      .where('nextAt', '<=', at)
      .orderBy('nextAt')
      .orderBy('id')
      .execute()
    return rows.map(scheduleOf)
  }

  async advance(id: number, seenNextAt: number, run: ScheduleRun): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('schedules')
      .set(run)
      .where('id', '=', id)
      .where('nextAt', '=', seenNextAt)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  }
}

function scheduleOf(row: Selectable<ScheduleRow>): Schedule {
  return { ...row, action: JSON.parse(row.action) as ScheduleAction, isPaused: row.isPaused === 1 }
}

/** There is no schedule with this id. */
function scheduleNotFound(id: number): PushError {
  return new PushError('PUSH_ERR_SCHEDULE_NOT_FOUND', `schedule with id ${id} does not exist`, {
    field: 'id',
  })
}

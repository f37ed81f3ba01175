import { accessSync, closeSync, constants, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import {
  CamelCasePlugin,
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type RawBuilder,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
} from 'kysely'
import { errorMessage, hasErrorCode, PushError } from '../../base/index.js'
import type { Schema } from '../schema.js'
import { versionKey } from '../version-key.js'

/**
 * One SQLite file, opened once in this process, with two ways in.
 *
 * `kysely` is for everything that is not hot. `exclusive` runs prepared statements directly on the connection: a query
 * builder costs some 50 µs a statement, ten times what SQLite needs for a registration or for the fixed part of a page.
 * Both use the same connection, so `exclusive` waits while a transaction of Kysely's is open; its own work is synchronous,
 * so nobody ever sees half of it.
 *
 * Other processes may have the file open: every transaction begins as `immediate` and waits up to five seconds for theirs,
 * for the most part without holding this process up.
 */
export class SqliteDatabase {
  readonly kysely: Kysely<Schema>
  readonly #handle: Database.Database
  readonly #statements = new Map<string, Database.Statement>()

  /** Opens the file and creates it and its folder where needed. PUSH_ERR_DATABASE_OPEN. */
  constructor(path: string) {
    this.#handle = openFile(path)
    this.#handle.function('version_key', { deterministic: true }, (version) => versionKey(String(version)))
    this.kysely = new Kysely<Schema>({
      dialect: new ImmediateSqliteDialect({ database: this.#handle }),
      plugins: [new CamelCasePlugin()],
    })
  }

  /** A statement, compiled once. The text must be a constant. */
  statement(sql: string): Database.Statement {
    let statement = this.#statements.get(sql)
    if (statement === undefined) {
      statement = this.#handle.prepare(sql)
      this.#statements.set(sql, statement)
    }
    return statement
  }

  /** The rows of a statement that is put together each time: compiling it takes some 100 µs. Only within `exclusive` or `transaction`. */
  compiled<Row>(query: RawBuilder<unknown>): Row[] {
    const { sql, parameters } = query.compile(this.kysely)
    return this.#handle.prepare(sql).all(...parameters) as Row[]
  }

  /** Runs synchronous work on the connection while no transaction of Kysely's is open. PUSH_ERR_CLOSED. */
  async exclusive<Result>(work: () => Result): Promise<Result> {
    return await unlessBusy(() => {
      if (!this.#handle.open) throw new PushError('PUSH_ERR_CLOSED', 'the store is closed')
      if (!this.#handle.inTransaction) return work()
      return this.kysely.connection().execute(async () => work())
    })
  }

  /** The same in a transaction of its own. */
  transaction<Result>(work: () => Result): Promise<Result> {
    return this.exclusive(() => this.#handle.transaction(work).immediate())
  }

  close(): Promise<void> {
    return this.kysely.destroy()
  }
}

/** How long one try waits for another process, while nothing else happens in this one; longer than most transactions. */
const BUSY_BLOCKING_MS = 100
/** How long it is tried again and again. */
const BUSY_MS = 5000

/** Does something, and does it again as long as another process has the file locked. Nothing is done by halves then. */
async function unlessBusy<Result>(work: () => Result | Promise<Result>): Promise<Result> {
  const deadline = performance.now() + BUSY_MS
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!hasErrorCode(error, 'SQLITE_BUSY') || performance.now() > deadline) throw error
    }
    await sleep(10)
  }
}

function openFile(path: string): Database.Database {
  try {
    makeFolder(dirname(path))
  } catch (cause) {
    throw openError(path, `its folder can not be made (${errorMessage(cause)})`, cause)
  }
  let handle: Database.Database | undefined
  try {
    createFile(path)
    // SQLite would open it, and say so at the first change.
    accessSync(path, constants.W_OK)
    handle = new Database(path, { timeout: BUSY_BLOCKING_MS })
    enableWriteAheadLog(handle)
    // With a write-ahead log, NORMAL loses no more than the last transactions, and only when the power fails.
    handle.pragma('synchronous = NORMAL')
    handle.pragma('foreign_keys = ON')
    return handle
  } catch (cause) {
    handle?.close()
    if (hasErrorCode(cause, 'SQLITE_NOTADB'))
      throw openError(path, 'the file is not an SQLite database', cause)
    if (hasErrorCode(cause, 'EACCES') || hasErrorCode(cause, 'EROFS'))
      throw openError(path, 'it is read-only for this user', cause)
    if (hasErrorCode(cause, 'SQLITE_CANTOPEN')) {
      throw openError(
        path,
        'it can not be opened or made; is it a folder, or is it or its folder read-only?',
        cause,
      )
    }
    throw openError(path, errorMessage(cause), cause)
  }
}

/** One level at a time: the recursive `mkdir` of Node.js 20 never returns for a folder that /proc refuses to make. */
function makeFolder(path: string): void {
  if (isFolder(path)) return
  makeFolder(dirname(path))
  try {
    mkdirSync(path)
  } catch (error) {
    // Another process may have been quicker.
    if (!isFolder(path)) throw error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/**
 * Makes the file, where there is none, for its owner alone: it holds hashes of passwords, and SQLite would let everybody
 * read it. The files beside it get its mode. Source: `findCreateFileMode` in SQLite's os_unix.c
 */
function createFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600))
  } catch (error) {
    if (!hasErrorCode(error, 'EEXIST')) throw error
  }
}

/**
 * SQLite does not wait for its busy timeout when two processes change the journal mode of a new file at once: of 600
 * openings by four processes 15 failed.
 */
function enableWriteAheadLog(handle: Database.Database): void {
  const deadline = Date.now() + BUSY_MS
  for (;;) {
    try {
      handle.pragma('journal_mode = WAL')
      return
    } catch (error) {
      if (!hasErrorCode(error, 'SQLITE_BUSY') || Date.now() > deadline) throw error
      pause(5)
    }
  }
}

/** Opening is synchronous, so is waiting for it. */
function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}

function openError(path: string, what: string, cause: unknown): PushError {
  return new PushError('PUSH_ERR_DATABASE_OPEN', `the database ${path} can not be opened: ${what}`, {
    field: 'database',
    cause,
  })
}

/** Kysely's dialect with two corrections for files that several processes use. */
class ImmediateSqliteDialect extends SqliteDialect {
  readonly #config: { database: Database.Database }

  constructor(config: { database: Database.Database }) {
    super(config)
    this.#config = config
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver(this.#config)
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter()
  }
}

/** A transaction that reads first and writes later fails at once, without waiting, when another process wrote in between. */
class ImmediateSqliteDriver extends SqliteDriver {
  readonly #handle: Database.Database

  constructor(config: { database: Database.Database }) {
    super(config)
    this.#handle = config.database
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection()
    return {
      executeQuery: (query) => unlessBusy(() => connection.executeQuery(query)),
      streamQuery: (query, size) => connection.streamQuery(query, size),
    }
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  /** After some errors, a full disk among them, SQLite has rolled back itself; then this would hide the error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#handle.inTransaction) await super.rollbackTransaction(connection)
  }
}

/** SQLite can roll back changes of the schema; with this, Kysely migrates in a transaction, one process after another. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true
  }
}

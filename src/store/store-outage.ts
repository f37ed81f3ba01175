/**
 * What SQLite says where nothing is wrong with the database but that it can't be used now: locked by another process, the disk
 * full or broken, the file read-only. Nothing was written then. Source: https://sqlite.org/rescode.html
 */
const passing = /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN)(_|$)/

/** Whether the store failed for a reason that may pass, so that the same call may succeed later. */
export function isStoreOutage(error: unknown): boolean {
  return error instanceof Error && 'code' in error && passing.test(String(error.code))
}

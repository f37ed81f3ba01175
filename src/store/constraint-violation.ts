import { hasErrorCode, PushError } from '../base/index.js'

/** Whether a statement failed because a row with these values is there already. */
export function isUniqueViolation(error: unknown): boolean {
  return (
    hasErrorCode(error, 'SQLITE_CONSTRAINT_UNIQUE') || hasErrorCode(error, 'SQLITE_CONSTRAINT_PRIMARYKEY')
  )
}

/** Whether a statement failed because it points at a row that is not there. */
export function isForeignKeyViolation(error: unknown): boolean {
  return hasErrorCode(error, 'SQLITE_CONSTRAINT_FOREIGNKEY')
}

/** There is no service with this id. */
export function serviceNotFound(id: number): PushError {
  return new PushError('PUSH_ERR_SERVICE_NOT_FOUND', `APNService with id ${id} does not exist`, {
    field: 'service',
  })
}

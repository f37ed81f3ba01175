import { PushError } from '../base/index.js'

/** The predecessor's words for a service that does not exist. */
export function serviceNotFound(id: number): PushError {
  return new PushError('PUSH_ERR_SERVICE_NOT_FOUND', `APNService with id ${id} does not exist`, {
    field: 'service',
  })
}

/** There is no user with this id. */
export function userNotFound(id: number): PushError {
  return new PushError('PUSH_ERR_USER_NOT_FOUND', `User with id ${id} does not exist`, { field: 'user' })
}

/** There is no notification with this id. */
export function notificationNotFound(id: number): PushError {
  return new PushError('PUSH_ERR_NOTIFICATION_NOT_FOUND', `notification with id ${id} does not exist`, {
    field: 'notification',
  })
}

/** There is no push with this id. */
export function pushNotFound(id: number): PushError {
  return new PushError('PUSH_ERR_PUSH_NOT_FOUND', `push with id ${id} does not exist`, { field: 'push' })
}

/** There is no feedback service with this id. */
export function feedbackServiceNotFound(id: number): PushError {
  return new PushError(
    'PUSH_ERR_FEEDBACK_SERVICE_NOT_FOUND',
    `FeedbackService with id ${id} does not exist`,
    {
      field: 'feedbackService',
    },
  )
}

/** There is no device with this id. */
export function deviceNotFound(id: number): PushError {
  return new PushError('PUSH_ERR_DEVICE_NOT_FOUND', `Device with id ${id} does not exist`, {
    field: 'device',
  })
}

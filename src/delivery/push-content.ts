import { type ApnsMessage, checkMessage, maxPayloadBytesFor, topicFor } from '../apns/index.js'
import { type Report, refuse } from '../base/index.js'
import {
  checkNotification,
  composePayload,
  type NewNotification,
  type Notification,
  type PushContent,
  payloadWarnings,
  type Service,
} from '../model/index.js'
import type { NotificationPreview } from './push-options.js'

/**
 * What a notification becomes on the wire, the same for every device. Throws what `checkNotification` and `checkMessage`
 * throw: PUSH_ERR_INPUT_INVALID, PUSH_ERR_PAYLOAD_TOO_LARGE, PUSH_ERR_PAYLOAD_INVALID, PUSH_ERR_HEADER_INVALID.
 *
 * @param report takes every broken rule where it does not throw; the content then is what would come closest
 */
export function pushContent(
  notification: Notification | NewNotification,
  service: Service,
  report: Report = refuse,
): PushContent {
  const checked = checkNotification(notification, report)
  const payload = composePayload(checked)
  // The push type may follow from the payload, and the topic from the push type.
  const pushType = checked.pushType ?? checkMessage({ payload }, ignore).pushType
  const { priority, expiration, collapseId } = checked
  const content = {
    payload,
    pushType,
    topic: topicFor(pushType, service.topic),
    priority,
    expiration,
    collapseId,
  }
  checkMessage(messageOf(content), report)
  return content
}

/** What the client sends for a push. */
export function messageOf(content: PushContent): ApnsMessage {
  const { payload, pushType, topic, priority, expiration, collapseId } = content
  return {
    payload,
    pushType,
    topic,
    ...(priority === null ? {} : { priority }),
    ...(expiration === null ? {} : { expiration }),
    ...(collapseId === null ? {} : { collapseId }),
  }
}

/** A list of broken rules, and what writes them into it. */
export function problemList(): { problems: NotificationPreview['problems']; report: Report } {
  const problems: NotificationPreview['problems'] = []
  const report: Report = ({ code, field = null, message }) => {
    problems.push({ code, field, message })
  }
  return { problems, report }
}

/** A content as it is shown before it is sent. */
export function previewOf(
  content: PushContent,
  problems: NotificationPreview['problems'],
): NotificationPreview {
  const { payload, pushType, topic } = content
  return {
    payload,
    payloadBytes: Buffer.byteLength(payload),
    payloadLimit: maxPayloadBytesFor(pushType),
    pushType,
    headers: headersOf(content),
    problems,
    warnings: payloadWarnings(payload, pushType, topic),
  }
}

/** The headers of a push that are the same for every device, as they go out; whether they may is checked by `pushContent`. */
function headersOf(content: PushContent): Record<string, string> {
  const { topic, pushType, priority, expiration, collapseId } = checkMessage(messageOf(content), ignore)
  return {
    'apns-topic': topic ?? '',
    'apns-push-type': pushType,
    ...(priority === undefined ? {} : { 'apns-priority': String(priority) }),
    ...(expiration === undefined ? {} : { 'apns-expiration': String(expiration) }),
    ...(collapseId === undefined ? {} : { 'apns-collapse-id': collapseId }),
  }
}

const ignore: Report = () => {}

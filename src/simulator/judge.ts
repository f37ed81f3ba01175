import { isUtf8 } from 'node:buffer'
import {
  collapseIdLimit,
  largestPayload,
  latestExpiration,
  longestDeviceToken,
  type PushTypeRule,
  pushTypeRules,
  type Reason,
  ruleWithoutPushType,
  shortestDeviceToken,
} from './apple-rules.js'
import type { Credential } from './credential.js'
import type { PushRequest } from './push-request.js'

/** The only form of `apns-id` that Apple takes. */
export const canonicalUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const bundleIdCharacters = /^[A-Za-z0-9.-]+$/
const hexadecimal = /^(?:[0-9a-f]{2})+$/

/**
 * Judges a request by Apple's rules and returns the reason to refuse it, absent if there is none. Apple documents no
 * order of the checks; this one goes from the outside to the inside: path, credential, headers, payload, device token.
 */
export function judge(request: PushRequest, body: Buffer, credential: Credential): Reason | undefined {
  if (request.method !== 'POST') return 'MethodNotAllowed'
  const token = request.deviceToken
  if (token === undefined) return 'BadPath'
  if (token === '') return 'MissingDeviceToken'
  if (request.repeated) return 'DuplicateHeaders'
  const rule = ruleOf(request)
  return (
    credential.refusal(request.authorization) ??
    judgeHeaders(request, rule) ??
    judgeTopic(request, rule ?? ruleWithoutPushType, credential) ??
    judgePayload(body, rule ?? ruleWithoutPushType) ??
    (isDeviceToken(token) ? undefined : 'BadDeviceToken')
  )
}

function isDeviceToken(token: string): boolean {
  return hexadecimal.test(token) && token.length >= shortestDeviceToken && token.length <= longestDeviceToken
}

/** Most bytes of the body that can be right for this request: when more have come, it can be judged. */
export function bodyLimit(request: PushRequest): number {
  return ruleOf(request)?.payloadLimit ?? largestPayload
}

/** The rule of the push type; absent for a type that Apple does not have. */
function ruleOf({ pushType }: PushRequest): PushTypeRule | undefined {
  return pushType === undefined ? ruleWithoutPushType : pushTypeRules.get(pushType)
}

function judgeHeaders(request: PushRequest, rule: PushTypeRule | undefined): Reason | undefined {
  const { apnsId, expiration, priority, collapseId } = request
  if (apnsId !== undefined && !canonicalUuid.test(apnsId)) return 'BadMessageId'
  if (expiration !== undefined && !(/^\d+$/.test(expiration) && Number(expiration) <= latestExpiration))
    return 'BadExpirationDate'
  if (rule === undefined) return 'InvalidPushType'
  if (priority !== undefined && !rule.priorities.includes(priority)) return 'BadPriority'
  // Header values come with one character a byte.
  if (collapseId !== undefined && collapseId.length > collapseIdLimit) return 'BadCollapseId'
  return undefined
}

function judgeTopic(request: PushRequest, rule: PushTypeRule, credential: Credential): Reason | undefined {
  const topic = request.topic ?? credential.defaultTopic
  if (topic === undefined) return 'MissingTopic'
  if (!bundleIdCharacters.test(topic)) return 'BadTopic'
  // Apple does not say which reason a missing suffix gets.
  if (!topic.endsWith(rule.topicSuffix) || topic.length === rule.topicSuffix.length) return 'BadTopic'
  const bundleId = topic.slice(0, topic.length - rule.topicSuffix.length)
  return credential.covers(topic, bundleId, rule) ? undefined : 'TopicDisallowed'
}

function judgePayload(body: Buffer, rule: PushTypeRule): Reason | undefined {
  if (body.length > rule.payloadLimit) return 'PayloadTooLarge'
  // Apple documents no reason of its own for a body that is no JSON object; nothing to show is what it comes to.
  return isJsonObject(body) ? undefined : 'PayloadEmpty'
}

function isJsonObject(body: Buffer): boolean {
  if (body.length === 0 || !isUtf8(body)) return false
  try {
    const value: unknown = JSON.parse(body.toString())
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}

/** What the alert of a payload shows, in a line; a text that the app has, by its key. Undefined: nothing. */
export function alertText(payload: unknown): string | undefined {
  const alert = (payload as { aps?: { alert?: unknown } } | null)?.aps?.alert
  if (typeof alert === 'string') return alert
  if (typeof alert !== 'object' || alert === null) return undefined
  const { title, body, 'title-loc-key': titleKey, 'loc-key': bodyKey } = alert as Record<string, unknown>
  const parts = [textOf(title, titleKey), textOf(body, bodyKey)].filter((part) => part !== undefined)
  return parts.length > 0 ? parts.join(': ') : undefined
}

function textOf(text: unknown, key: unknown): string | undefined {
  if (typeof text === 'string' && text !== '') return text
  return typeof key === 'string' && key !== '' ? `“${key}”` : undefined
}

/** A moment as an input of the type `datetime-local` has it, such as `2026-12-01T09:00`: in the reader's zone, and no finer than it has to be. */
export function localText(at: Date): string {
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 23)
  return local.replace(/(:00)?\.000$/, '')
}

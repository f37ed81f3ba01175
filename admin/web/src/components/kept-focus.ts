import { useEffect, useState } from 'react'

/** Goes to the first field that is at fault and drawn, which may be far above what was pressed. False: there is none. */
export function goToFault(): boolean {
  const field = document.querySelector<HTMLElement>('main [aria-invalid=true]')
  field?.focus()
  return field !== null
}

/** The same, as soon as the faults are drawn. */
export function goToFaultSoon(): void {
  requestAnimationFrame(goToFault)
}

/**
 * What works is switched off meanwhile, and the browser takes the keyboard away from it: it comes back when the work is done, or goes to
 * what is at fault, unless something else has it by then.
 */
export function useKeptFocus(isBusy: boolean): void {
  const [last, setLast] = useState<Element>()
  // Before it is drawn as switched off: some browsers take the keyboard away at once.
  if (isBusy && last === undefined) setLast(document.activeElement ?? document.body)
  useEffect(() => {
    if (isBusy || last === undefined) return
    setLast(undefined)
    if (document.activeElement !== document.body || goToFault()) return
    if (last instanceof HTMLElement) last.focus({ preventScroll: true })
  }, [isBusy, last])
}

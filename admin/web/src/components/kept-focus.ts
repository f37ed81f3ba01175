import { useEffect, useLayoutEffect, useRef } from 'react'

/** Goes to the first field that is at fault, which may be far above what was pressed. False: there is none. */
function goToFault(): boolean {
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
  const last = useRef<Element | null>(null)
  useLayoutEffect(() => {
    if (isBusy) last.current = document.activeElement
  }, [isBusy])
  useEffect(() => {
    if (isBusy || document.activeElement !== document.body || goToFault()) return
    if (last.current instanceof HTMLElement) last.current.focus({ preventScroll: true })
  }, [isBusy])
}

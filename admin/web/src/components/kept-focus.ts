import { useEffect, useLayoutEffect, useRef } from 'react'

/**
 * What works is switched off meanwhile, and the browser takes the keyboard away from it: it comes back when the work is done, unless
 * something else has it by then.
 */
export function useKeptFocus(isBusy: boolean): void {
  const last = useRef<Element | null>(null)
  useLayoutEffect(() => {
    if (isBusy) last.current = document.activeElement
  }, [isBusy])
  useEffect(() => {
    if (isBusy || document.activeElement !== document.body) return
    if (last.current instanceof HTMLElement) last.current.focus({ preventScroll: true })
  }, [isBusy])
}

/*
 * Where the keyboard and a screen reader are after another page was gone to: at its heading. Until the heading is there, which may take the
 * page's data, they are at `main`; who has gone on to something else meanwhile is left there. The first page leaves it to the browser.
 */
import { modals } from '@mantine/modals'
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'
import { useLocation } from 'wouter'

/** Whether another page was gone to since the admin was loaded. */
let hasMoved = false
/** Whether it was gone to by Back or Forward: then the browser scrolls to where it was. */
let isBack = false
window.addEventListener('popstate', () => {
  isBack = true
})
// The router tells of them. Not every way back leads to another page, so it is not over with the next page.
for (const onward of ['pushState', 'replaceState'])
  window.addEventListener(onward, () => {
    isBack = false
  })

/** For what stands around all pages: leaves the menu, or what else was pressed, and begins at the top. */
export function useArrivals(): void {
  const [location] = useLocation()
  const last = useRef(location)
  // Before the effects of the page itself, which may have its heading at once.
  useLayoutEffect(() => {
    if (location === last.current) return
    last.current = location
    hasMoved = true
    // A question belongs to the page on which it was asked.
    modals.closeAll()
    document.getElementById('page')?.focus({ preventScroll: true })
    if (!isBack) window.scrollTo(0, 0)
  }, [location])
}

/** Goes on to the heading of a page that was arrived at. */
export function useArrival(heading: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const { activeElement, body } = document
    if (hasMoved && (activeElement === body || activeElement?.id === 'page'))
      heading.current?.focus({ preventScroll: true })
  }, [heading])
}

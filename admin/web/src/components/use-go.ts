import { useEffect, useRef } from 'react'
import { useLocation } from 'wouter'

/** Goes to another page when something is done, unless somebody has left this one meanwhile: they stay where they are. */
export function useGo(): (to: string, options?: { replace: boolean }) => void {
  const [, navigate] = useLocation()
  const isHere = useRef(false)
  useEffect(() => {
    isHere.current = true
    return () => {
      isHere.current = false
    }
  }, [])
  return (to, options) => {
    if (isHere.current) navigate(to, options)
  }
}

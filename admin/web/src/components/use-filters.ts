import { useMemo } from 'react'
import { useSearchParams } from 'wouter'

/** The filters of a list, by these names, as they stand in the URL: a link shows the same. The names must not change. */
export function useFilters<Name extends string>(names: readonly Name[]) {
  const [params, setParams] = useSearchParams()
  const text = params.toString()
  return useMemo(() => {
    const filters: Partial<Record<Name, string>> = {}
    const given = new URLSearchParams(text)
    for (const name of names) {
      const value = given.get(name)
      if (value) filters[name] = value
    }
    return {
      filters,
      isFiltered: Object.keys(filters).length > 0,
      /** Null or nothing: not by this. */
      set: (name: Name, value: string | null) =>
        setParams(
          (before) => {
            const after = new URLSearchParams(before)
            if (value) after.set(name, value)
            else after.delete(name)
            return after
          },
          { replace: true },
        ),
      clear: () => setParams(new URLSearchParams(), { replace: true }),
    }
  }, [text, setParams, names])
}

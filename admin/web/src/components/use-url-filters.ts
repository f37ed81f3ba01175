import { useSearchParams } from 'wouter'

/** The filters of a list, which stand in the URL, so that a link shows the same. Those that are not set are null. */
export function useUrlFilters<Name extends string>(...names: Name[]) {
  const [params, setParams] = useSearchParams()
  const filters = Object.fromEntries(names.map((name) => [name, params.get(name) || null])) as Record<
    Name,
    string | null
  >
  const filter = (name: Name, value: string | null) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before)
        if (value) after.set(name, value)
        else after.delete(name)
        return after
      },
      { replace: true },
    )
  return {
    filters,
    filter,
    isFiltered: names.some((name) => filters[name] !== null),
    clear: () => setParams(new URLSearchParams(), { replace: true }),
  }
}

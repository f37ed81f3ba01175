import { MultiSelect, type MultiSelectProps } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, take } from '../api/client'

/** How many names are offered at a time. */
const OFFERED = 20

interface UserSelectProps
  extends Omit<MultiSelectProps, 'data' | 'value' | 'onChange' | 'searchable' | 'searchValue'> {
  /** Ids of users. */
  value: readonly number[]
  onChange: (users: number[]) => void
}

/** Users, found by how their names begin. */
export function UserSelect({ value, onChange, ...props }: UserSelectProps) {
  const [typed, type] = useState('')
  const [username] = useDebouncedValue(typed, 200)
  const names = useUserNames(value)
  const { data: offered, isFetching } = useQuery({
    queryKey: ['users', 'offered', username],
    queryFn: ({ signal }) =>
      take(
        api.GET('/api/v1/users', {
          params: { query: { limit: OFFERED, ...(username !== '' && { username }) } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  })
  const known = new Map(value.map((id) => [String(id), names(id)]))
  for (const { id, username } of offered?.items ?? []) known.set(String(id), username)
  return (
    <MultiSelect
      placeholder={value.length === 0 ? 'Type how the name begins' : ''}
      nothingFoundMessage={isFetching || typed !== username ? 'Searching …' : 'No user’s name begins so'}
      {...props}
      searchable
      searchValue={typed}
      onSearchChange={type}
      // The server has searched.
      filter={({ options }) => options}
      data={[...known].map(([id, label]) => ({ value: id, label }))}
      hidePickedOptions
      value={value.map(String)}
      onChange={(ids) => onChange(ids.map(Number))}
    />
  )
}

/** The names of some users; where one is not known (yet), its number. */
export function useUserNames(ids: readonly number[]): (id: number) => string {
  const users = useQueries({
    queries: ids.map((user) => ({
      queryKey: ['users', user, 'name'],
      queryFn: async ({ signal }: { signal: AbortSignal }) =>
        (await take(api.GET('/api/v1/users/{user}', { params: { path: { user } }, signal }))).username,
      staleTime: 60_000,
    })),
  })
  return (id) => users[ids.indexOf(id)]?.data ?? `user ${id}`
}

import { MultiSelect, type MultiSelectProps } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, type Schemas, take } from '../../api/client'

type Device = Schemas['Device']

/** How many devices are offered at a time. */
const OFFERED = 20
/** How many users of a name have their devices offered. */
const USERS = 5

interface DeviceSelectProps
  extends Omit<MultiSelectProps, 'data' | 'value' | 'onChange' | 'searchable' | 'searchValue'> {
  service: number
  /** Ids of devices. */
  value: readonly number[]
  onChange: (devices: number[]) => void
}

/** Active devices of a service, found by how their token begins or whose they are. */
export function DeviceSelect({ service, value, onChange, ...props }: DeviceSelectProps) {
  const [typed, type] = useState('')
  const [searched] = useDebouncedValue(typed.trim(), 250)
  const { data: offered, isFetching } = useQuery({
    queryKey: ['devices', 'offered', service, searched],
    queryFn: ({ signal }) => search(service, searched, signal),
    placeholderData: keepPreviousData,
  })
  const chosen = useQueries({
    queries: value.map((device) => ({
      queryKey: ['devices', device, 'name'],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        take(api.GET('/api/v1/devices/{device}', { params: { path: { device } }, signal })),
      staleTime: 60_000,
    })),
  })
  const labels = new Map<string, string>()
  for (const [index, id] of value.entries()) {
    const device = chosen[index]?.data
    labels.set(String(id), device === undefined ? `device ${id}` : labelOf(device))
  }
  for (const device of offered ?? []) labels.set(String(device.id), labelOf(device))
  return (
    <MultiSelect
      description="By how the token begins (four digits or more), or by the name of the user."
      placeholder={value.length === 0 ? 'Token, or user’s name' : ''}
      nothingFoundMessage={isFetching || typed.trim() !== searched ? 'Searching …' : 'No active device'}
      {...props}
      searchable
      searchValue={typed}
      onSearchChange={type}
      // The server has searched.
      filter={({ options }) => options}
      data={[...labels].map(([id, label]) => ({ value: id, label }))}
      hidePickedOptions
      value={value.map(String)}
      onChange={(ids) => onChange(ids.map(Number))}
    />
  )
}

async function search(service: number, text: string, signal: AbortSignal): Promise<Device[]> {
  const token = text.replaceAll(/[<>\s]/g, '')
  const isToken = /^[0-9a-f]{4,512}$/i.test(token)
  const found =
    text === '' || isToken
      ? (
          await take(
            api.GET('/api/v1/devices', {
              params: {
                query: {
                  service,
                  isActive: true,
                  limit: OFFERED,
                  ...(isToken ? { tokenPrefix: token } : { order: 'desc' }),
                },
              },
              signal,
            }),
          )
        ).items
      : []
  if (text === '' || found.length > 0) return found
  const users = await take(
    api.GET('/api/v1/users', { params: { query: { username: text, limit: USERS } }, signal }),
  )
  const lists = await Promise.all(
    users.items.map(({ id: user }) =>
      take(
        api.GET('/api/v1/devices', {
          params: { query: { service, user, isActive: true, limit: OFFERED } },
          signal,
        }),
      ),
    ),
  )
  return lists.flatMap(({ items }) => items)
}

function labelOf({ token, platform, osVersion, isActive }: Device): string {
  const short = token.length > 17 ? `${token.slice(0, 8)}…${token.slice(-8)}` : token
  return [short, platform, osVersion, isActive ? '' : '(inactive)'].filter((part) => part !== '').join(' ')
}

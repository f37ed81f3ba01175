import { Anchor, Button, Group, Text } from '@mantine/core'
import { Link } from 'wouter'
import { api, take } from '../../api/client'
import { PAGE_SIZE } from '../../api/queries'
import { useMay } from '../../api/session'
import { FilterText } from '../../components/filter-text'
import { NothingFound } from '../../components/nothing-found'
import { PageHeader } from '../../components/page-header'
import { ResourceTable } from '../../components/resource-table'
import { Time } from '../../components/time'
import { useFilters } from '../../components/use-filters'
import { usePages } from '../../components/use-pages'
import { roleText } from './user-facts'

const filterNames = ['username'] as const

/** The list of users. */
export default function UsersPage() {
  const { filters, set, isFiltered, clear } = useFilters(filterNames)
  const { username } = filters
  const pages = usePages(['users', 'list', username], (after, signal) =>
    take(
      api.GET('/api/v1/users', {
        params: {
          query: {
            limit: PAGE_SIZE,
            ...(after !== undefined && { after }),
            ...(username !== undefined && { username }),
          },
        },
        signal,
      }),
    ),
  )
  const add = useMay('admin') && (
    <Button component={Link} href="/users/new">
      Add a user
    </Button>
  )
  return (
    <>
      <PageHeader
        title="Users"
        about="People whose devices are pushed to, and people who may sign in here and use the API."
        actions={add}
      />
      <Group mb="md" role="search" aria-label="Filter users">
        <FilterText
          label="User name"
          placeholder="how it begins"
          value={username ?? null}
          onChange={(value) => set('username', value)}
        />
      </Group>
      <ResourceTable
        name="users"
        pages={pages}
        columns={[
          {
            accessor: 'username',
            title: 'User name',
            render: ({ id, username }) => (
              <Anchor component={Link} href={`/users/${id}`} size="sm">
                {username}
              </Anchor>
            ),
          },
          { accessor: 'email', title: 'Email' },
          { accessor: 'role', render: roleText },
          {
            accessor: 'isActive',
            title: 'Active',
            render: ({ isActive }) => (isActive ? 'yes' : 'no'),
          },
          { accessor: 'createdAt', title: 'Created', render: ({ createdAt }) => <Time at={createdAt} /> },
        ]}
        empty={
          isFiltered ? (
            <NothingFound what="user" clear={clear} />
          ) : (
            <>
              <Text>There is no user yet.</Text>
              {add}
            </>
          )
        }
      />
    </>
  )
}

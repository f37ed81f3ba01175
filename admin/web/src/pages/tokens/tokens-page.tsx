import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { Link } from 'wouter'
import { api, take } from '../../api/client'
import { PAGE_SIZE, queryClient } from '../../api/queries'
import { runAction } from '../../components/action'
import { confirmed } from '../../components/confirm'
import { Expiry } from '../../components/expiry'
import { PageHeader } from '../../components/page-header'
import { ResourceTable } from '../../components/resource-table'
import { SuperusersOnly } from '../../components/superusers-only'
import { Time } from '../../components/time'
import { usePages } from '../../components/use-pages'

/** The API tokens, the newest first. */
export default function TokensPage() {
  return (
    <SuperusersOnly title="API tokens">
      <Tokens />
    </SuperusersOnly>
  )
}

function Tokens() {
  const pages = usePages(['tokens'], (after, signal) =>
    take(
      api.GET('/api/v1/tokens', {
        params: { query: { limit: PAGE_SIZE, order: 'desc', ...(after !== undefined && { after }) } },
        signal,
      }),
    ),
  )
  const add = (
    <Button component={Link} href="/tokens/new">
      Make a token
    </Button>
  )
  return (
    <>
      <PageHeader
        title="API tokens"
        about="For programs that use the API: each with its own, for what it needs and no more."
        actions={add}
      />
      <ResourceTable
        name="tokens"
        pages={pages}
        columns={[
          { accessor: 'name' },
          {
            accessor: 'scopes',
            render: ({ scopes }) => (
              <Group gap={4}>
                {scopes.map((scope) => (
                  <Badge key={scope} variant="light" tt="none">
                    {scope}
                  </Badge>
                ))}
              </Group>
            ),
          },
          {
            accessor: 'createdAt',
            title: 'Made',
            render: ({ createdAt, createdBy }) => (
              <Stack gap={0}>
                <Time at={createdAt} />
                <Text size="xs" c="dimmed">
                  by {createdBy}
                </Text>
              </Stack>
            ),
          },
          {
            accessor: 'lastUsedAt',
            title: 'Last used',
            render: ({ lastUsedAt }) => <Time at={lastUsedAt} ago />,
          },
          {
            accessor: 'expiresAt',
            title: 'Ends',
            render: ({ expiresAt, revokedAt }) =>
              revokedAt === null ? (
                <Expiry at={expiresAt} />
              ) : (
                <>
                  Revoked: <Time at={revokedAt} />
                </>
              ),
          },
          {
            accessor: 'revoke',
            title: '',
            textAlign: 'right',
            render: ({ id, name, revokedAt }) =>
              revokedAt === null && (
                <Button
                  size="xs"
                  variant="outline"
                  color="red"
                  aria-label={`Revoke ${name}`}
                  onClick={() => void revoke(id, name)}
                >
                  Revoke
                </Button>
              ),
          },
        ]}
        empty={
          <>
            <Text>There is no token yet. An app’s backend needs one to use the API.</Text>
            {add}
          </>
        }
      />
    </>
  )
}

async function revoke(token: number, name: string): Promise<void> {
  const isSure = await confirmed({
    title: `Revoke the token ${name}?`,
    about: 'Whatever uses it is refused from now on. This can not be undone; the token stays in the list.',
    action: 'Revoke the token',
    isDangerous: true,
  })
  if (!isSure) return
  await runAction(
    () => take(api.POST('/api/v1/tokens/{token}/revoke', { params: { path: { token } } })),
    `The token ${name} is revoked.`,
  )
  await queryClient.invalidateQueries({ queryKey: ['tokens'] })
}

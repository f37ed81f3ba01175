import { api, take } from '../../api/client'
import { queryClient } from '../../api/queries'
import { tell } from '../../components/action'
import { PageHeader } from '../../components/page-header'
import { SuperusersOnly } from '../../components/superusers-only'
import { useGo } from '../../components/use-go'
import { UserForm } from './user-form'

/** Makes a user. */
export default function NewUserPage() {
  return (
    <SuperusersOnly title="Add a user">
      <NewUser />
    </SuperusersOnly>
  )
}

function NewUser() {
  const go = useGo()
  return (
    <>
      <PageHeader title="Add a user" parent={{ href: '/users', label: 'Users' }} />
      <UserForm
        save={async ({ password, ...values }) => {
          const made = await take(
            api.POST('/api/v1/users', { body: { ...values, ...(password !== '' && { password }) } }),
          )
          await queryClient.invalidateQueries({ queryKey: ['users'] })
          tell(`The user ${made.username} is saved.`)
          go(`/users/${made.id}`)
          return made
        }}
      />
    </>
  )
}

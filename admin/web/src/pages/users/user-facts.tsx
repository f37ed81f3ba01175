import { Text } from '@mantine/core'
import type { Schemas } from '../../api/client'

/** A user, for who may not change it. */
export function UserFacts({ user }: { user: Schemas['User'] }) {
  const { email, isActive } = user
  return (
    <div>
      {email !== '' && <Text>Email: {email}</Text>}
      <Text>Active: {isActive ? 'yes' : 'no'}</Text>
      <Text>Role: {roleText(user)}</Text>
      <Text size="sm" c="dimmed" mt="xs">
        Only superusers change users.
      </Text>
    </div>
  )
}

/** What a user may do, in a word. */
export function roleText({ isStaff, isSuperuser }: Schemas['User']): string {
  if (isSuperuser) return 'superuser'
  return isStaff ? 'staff' : '–'
}

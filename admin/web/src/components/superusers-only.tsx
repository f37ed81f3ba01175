import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useMay } from '../api/session'
import { PageHeader } from './page-header'

/** A page that only superusers have. Others, who may have a link to it, are told so, rather than let to try and be refused. */
export function SuperusersOnly({ title, children }: { title: string; children: ReactNode }) {
  if (useMay('admin')) return children
  return (
    <>
      <PageHeader title={title} />
      <Text>Only superusers may do this. One of them can make you one, too, under “Users”.</Text>
    </>
  )
}

import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { Link } from 'wouter'
import { useArrival } from './arrival'

interface PageHeaderProps {
  title: string
  /** The page that this one belongs to. */
  parent?: { href: string; label: string }
  /** One sentence: what the page is for, or the state of what it shows. */
  about?: ReactNode
  /** Buttons. */
  actions?: ReactNode
}

/** The head of every page; its title is the window's, too. Who arrives at the page begins there. */
export function PageHeader({ title, parent, about, actions }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useArrival(heading)
  useEffect(() => {
    document.title = `${title} · ios-notifications`
  }, [title])
  return (
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <Stack gap={2} miw={0} style={{ overflowWrap: 'anywhere' }}>
        {parent && (
          <Anchor component={Link} href={parent.href} size="sm">
            ← {parent.label}
          </Anchor>
        )}
        <Title ref={heading} order={1} size="h2" tabIndex={-1}>
          {title}
        </Title>
        {about && (
          <Text component="div" size="sm" c="dimmed">
            {about}
          </Text>
        )}
      </Stack>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  )
}

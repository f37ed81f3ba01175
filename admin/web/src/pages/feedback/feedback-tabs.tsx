import { Button, Group } from '@mantine/core'
import { Link, useLocation } from 'wouter'

const tabs = [
  ['/feedback', 'Ledger'],
  ['/feedback-services', 'Feedback services'],
] as const

/** The two lists about feedback. */
export function FeedbackTabs() {
  const [location] = useLocation()
  return (
    <Group component="nav" aria-label="Feedback" gap="xs" mb="md">
      {tabs.map(([path, label]) => (
        <Button
          key={path}
          component={Link}
          href={path}
          size="xs"
          variant={location === path ? 'filled' : 'default'}
          aria-current={location === path ? 'page' : undefined}
        >
          {label}
        </Button>
      ))}
    </Group>
  )
}

import {
  ActionIcon,
  AppShell,
  Burger,
  Group,
  Menu,
  NavLink,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import {
  IconActivity,
  IconBell,
  IconClock,
  IconDeviceMobile,
  IconHistory,
  IconKey,
  IconLogout,
  IconMoon,
  IconPlugConnected,
  IconRecycle,
  IconSend,
  IconSun,
  IconUser,
  IconUsers,
} from '@tabler/icons-react'
import { type ReactNode, useEffect } from 'react'
import { Link, useLocation } from 'wouter'
import { signOut, useSession } from './api/session'
import { runAction } from './components/action'
import { ServerHealth } from './components/server-health'
import { mayLeave } from './components/unsaved'

/** The pages of the menu; the second scope of a page is enough to see it. */
const entries = [
  ['/', 'Dashboard', IconActivity, 'push'],
  ['/notifications', 'Notifications', IconBell, 'push'],
  ['/pushes', 'Pushes', IconSend, 'push'],
  ['/schedules', 'Schedules', IconClock, 'push'],
  ['/devices', 'Devices', IconDeviceMobile, 'devices'],
  ['/services', 'Services', IconPlugConnected, 'services'],
  ['/feedback', 'Feedback', IconRecycle, 'devices'],
  ['/users', 'Users', IconUsers, 'admin'],
  ['/tokens', 'API tokens', IconKey, 'admin'],
  ['/audit-log', 'Audit log', IconHistory, 'admin'],
] as const

/** What stands around every page: the menu, who is signed in, and whether the server answers. */
export function Shell({ children }: { children: ReactNode }) {
  const [isOpen, menu] = useDisclosure()
  const { scopes } = useSession()
  const [location] = useLocation()
  const { close } = menu
  // On a phone the menu lies over the page that was chosen in it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it is the change of the location that closes it.
  useEffect(close, [location])
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 210, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <AppShell.Header>
        <a className="skip-link" href="#page">
          Skip to the page
        </a>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label="Menu"
              aria-expanded={isOpen}
            />
            <Text component={Link} href="/" fw={700} c="inherit" td="none">
              ios-notifications
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <ColorSchemeButton />
            <AccountMenu />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages" className={isOpen ? undefined : 'closed-on-phones'}>
        {entries
          .filter(([, , , scope]) => scopes.includes(scope))
          .map(([path, label, Icon]) => (
            <NavLink
              key={path}
              component={Link}
              href={path}
              // Which may be where one is already, or not be left.
              onClick={close}
              label={label}
              leftSection={<Icon size={18} aria-hidden />}
              active={path === '/' ? location === '/' : location.startsWith(path)}
              aria-current={location === path ? 'page' : undefined}
            />
          ))}
      </AppShell.Navbar>
      <AppShell.Main id="page" tabIndex={-1}>
        <ServerHealth />
        {children}
      </AppShell.Main>
    </AppShell>
  )
}

function ColorSchemeButton() {
  const { setColorScheme } = useMantineColorScheme()
  const isDark = useComputedColorScheme() === 'dark'
  return (
    <ActionIcon
      variant="default"
      size="lg"
      aria-label={isDark ? 'Light colours' : 'Dark colours'}
      onClick={() => setColorScheme(isDark ? 'light' : 'dark')}
    >
      {isDark ? <IconSun size={18} aria-hidden /> : <IconMoon size={18} aria-hidden />}
    </ActionIcon>
  )
}

function AccountMenu() {
  const { name } = useSession()
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={`Account of ${name}`}>
          <IconUser size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{name}</Menu.Label>
        <Menu.Item component={Link} href="/account" leftSection={<IconKey size={16} aria-hidden />}>
          Password and sessions
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={() => void leave()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** Ends the session, unless something would be lost by it that somebody wants to keep. */
async function leave(): Promise<void> {
  if (await mayLeave()) await runAction(signOut)
}

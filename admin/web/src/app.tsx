import { Box, Center, Loader } from '@mantine/core'
import { lazy, type ReactNode, Suspense } from 'react'
import { Route, Router, Switch, useLocation } from 'wouter'
import { WithSession } from './api/session'
import { useArrivals } from './components/arrival'
import { Fault } from './components/fault'
import { PageBoundary } from './components/page-boundary'
import { ServerHealth } from './components/server-health'
import { askBeforeLeaving, useKeptLocation } from './components/unsaved'
import { NotFoundPage } from './pages/not-found-page'
import { SignInPage } from './pages/sign-in-page'
import { Shell } from './shell'

/** Every page is a file of its own, loaded when it is opened. */
const pages = [
  ['/', lazy(() => import('./pages/dashboard/dashboard-page'))],
  ['/devices', lazy(() => import('./pages/devices/devices-page'))],
  ['/devices/new', lazy(() => import('./pages/devices/new-device-page'))],
  ['/devices/import', lazy(() => import('./pages/devices/import-page'))],
  ['/devices/:id', lazy(() => import('./pages/devices/device-page'))],
  ['/devices/:id/edit', lazy(() => import('./pages/devices/edit-device-page'))],
  ['/services', lazy(() => import('./pages/services/services-page'))],
  ['/notifications', lazy(() => import('./pages/notifications/notifications-page'))],
  ['/notifications/new', lazy(() => import('./pages/notifications/notification-page'))],
  ['/notifications/:id', lazy(() => import('./pages/notifications/notification-page'))],
  ['/notifications/:id/push', lazy(() => import('./pages/push-now/push-now-page'))],
  ['/pushes', lazy(() => import('./pages/pushes/pushes-page'))],
  ['/pushes/:id', lazy(() => import('./pages/pushes/push-page'))],
  ['/services/new', lazy(() => import('./pages/services/new-service-page'))],
  ['/services/:id', lazy(() => import('./pages/services/service-page'))],
  ['/schedules', lazy(() => import('./pages/schedules/schedules-page'))],
  ['/schedules/new', lazy(() => import('./pages/schedules/new-schedule-page'))],
  ['/users', lazy(() => import('./pages/users/users-page'))],
  ['/users/new', lazy(() => import('./pages/users/new-user-page'))],
  ['/users/:id', lazy(() => import('./pages/users/user-page'))],
  ['/tokens', lazy(() => import('./pages/tokens/tokens-page'))],
  ['/tokens/new', lazy(() => import('./pages/tokens/new-token-page'))],
  ['/feedback', lazy(() => import('./pages/feedback/feedback-page'))],
  ['/feedback-services', lazy(() => import('./pages/feedback/feedback-services-page'))],
  ['/feedback-services/new', lazy(() => import('./pages/feedback/feedback-service-page'))],
  ['/feedback-services/:id', lazy(() => import('./pages/feedback/feedback-service-page'))],
  ['/account', lazy(() => import('./pages/account/account-page'))],
  ['/audit-log', lazy(() => import('./pages/audit-log/audit-log-page'))],
] as const

/** Everything that is below `/admin/`. */
export function App() {
  const loading = (
    <Center p="xl">
      <Loader role="status" aria-label="Loading" />
    </Center>
  )
  return (
    <Router base="/admin" hook={useKeptLocation} aroundNav={askBeforeLeaving}>
      <WithSession
        signInPage={(hasEnded) => <SignInPage hasEnded={hasEnded} />}
        unknown={(error, retry) => (error ? <NoSession error={error} retry={retry} /> : loading)}
      >
        <Shell>
          <Pages loading={loading} />
        </Shell>
      </WithSession>
    </Router>
  )
}

/** It is not known who uses the page. */
function NoSession({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <Box component="main" p="md">
      <ServerHealth />
      <Fault error={error} retry={retry} title="The admin could not be loaded" />
    </Box>
  )
}

function Pages({ loading }: { loading: ReactNode }) {
  const [location] = useLocation()
  useArrivals()
  return (
    <PageBoundary key={location}>
      <Suspense fallback={loading}>
        <Switch>
          {pages.map(([path, Page]) => (
            <Route key={path} path={path}>
              {({ id }: { id?: string }) => (id === undefined || isId(id) ? <Page /> : <NotFoundPage />)}
            </Route>
          ))}
          <Route component={NotFoundPage} />
        </Switch>
      </Suspense>
    </PageBoundary>
  )
}

/** Whether there may be something of this number. */
function isId(text: string): boolean {
  return /^[1-9]\d*$/.test(text) && Number.isSafeInteger(Number(text))
}

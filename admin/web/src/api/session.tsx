import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useRef } from 'react'
import { ApiError, api, setSession, take } from './client'
import { queryClient } from './queries'

/** Who is signed in, and what they may do. */
export type Session = Awaited<ReturnType<typeof whoAmI>>
type Scope = Session['scopes'][number]

const sessionKey = ['session']

const whoAmI = () => take(api.GET('/api/v1/session'))

setSession({
  csrfToken: () => queryClient.getQueryData<Session | null>(sessionKey)?.csrfToken ?? null,
  refused: () => {
    // What asks already is told by its own answer.
    if (queryClient.isFetching({ queryKey: sessionKey }) === 0)
      void queryClient.invalidateQueries({ queryKey: sessionKey })
  },
})

/** What a request brings that is under way is older than this. */
async function begin(session: Session): Promise<void> {
  await queryClient.cancelQueries({ queryKey: sessionKey })
  queryClient.setQueryData(sessionKey, session)
}

/** Signs in; the pages follow. */
export async function signIn(credentials: { username: string; password: string }): Promise<void> {
  await begin(await take(api.POST('/api/v1/session', { body: credentials })))
  // What was refused because the session had ended.
  void queryClient.invalidateQueries({ predicate: ({ state }) => state.status === 'error' })
}

/** Changes the password of who is signed in. All their sessions end; this browser gets a new one. */
export async function changePassword(passwords: { current: string; password: string }): Promise<void> {
  await begin(await take(api.PUT('/api/v1/session/password', { body: passwords })))
  await queryClient.invalidateQueries({ queryKey: ['sessions'] })
}

/** Signs out, and forgets everything that was loaded. */
export async function signOut(): Promise<void> {
  try {
    await take(api.DELETE('/api/v1/session'))
  } catch (error) {
    // It was over already.
    if (!(error instanceof ApiError) || error.status !== 401) throw error
  }
  await queryClient.cancelQueries({ queryKey: sessionKey })
  isSignedOut = true
  lastUser = null
  queryClient.setQueryData(sessionKey, null)
  forgetAll()
}

/** What one user has loaded is not for the next one, who may have fewer rights. */
function forgetAll(): void {
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionKey[0] })
  queryClient.getMutationCache().clear()
}

let lastUser: number | null = null
/** Whether it was asked for that nobody is signed in. */
let isSignedOut = false

queryClient.getQueryCache().subscribe(({ query, type }) => {
  if (type !== 'updated' || query.queryKey[0] !== sessionKey[0]) return
  const user = (query.state.data as Session | null | undefined)?.user ?? null
  // Who signs in again goes on where the session ended.
  if (user === null || user === lastUser) return
  if (lastUser !== null) forgetAll()
  lastUser = user
  isSignedOut = false
})

const SessionContext = createContext<Session | undefined>(undefined)

/** The session of who uses the page. */
export function useSession(): Session {
  const session = useContext(SessionContext)
  if (session === undefined) throw new Error('nobody is signed in here')
  return session
}

/** Whether who uses the page may do what takes this scope. */
export function useMay(scope: Scope): boolean {
  return useSession().scopes.includes(scope)
}

/**
 * Shows `children` to who is signed in, `signInPage` to others, and neither until that is known. When a session ends by itself, what is on the
 * page stays behind the page to sign in, with what was typed.
 */
export function WithSession({
  children,
  signInPage,
  unknown,
}: {
  children: ReactNode
  signInPage: (hasEnded: boolean) => ReactNode
  unknown: (error: Error | null, retry: () => void) => ReactNode
}) {
  const { data, error, refetch } = useQuery({
    queryKey: sessionKey,
    queryFn: async () => {
      try {
        return await whoAmI()
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null
        throw error
      }
    },
    refetchInterval: 60_000,
  })
  const last = useRef<Session | undefined>(undefined)
  if (data === undefined) return unknown(error, () => void refetch())
  const isIn = data !== null && data.kind === 'session'
  if (isIn) last.current = data
  else if (isSignedOut) last.current = undefined
  const session = last.current
  return (
    <>
      {session && (
        <div key={session.user} hidden={!isIn} inert={!isIn}>
          <SessionContext value={session}>{children}</SessionContext>
        </div>
      )}
      {!isIn && signInPage(session !== undefined)}
    </>
  )
}

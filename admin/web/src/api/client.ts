import createClient, { type Middleware } from 'openapi-fetch'
import { lookForServer } from './connection'
import type { components, paths } from './schema'

/** A resource of the API, by its name in the OpenAPI document. */
export type Schemas = components['schemas']

/** What the API says is wrong (RFC 9457), or that it could not be asked. */
export class ApiError extends Error {
  /** The HTTP status; 0: there was no answer. */
  readonly status: number
  /** A code of docs/errors.md; empty: there was no answer, or none of the API's. */
  readonly code: string
  /** Where: the name of a field, such as `hostname`; absent: the request as a whole. */
  readonly field: string | undefined
  /** Everything that is wrong, where it is more than one thing. */
  readonly faults: readonly { field: string | null; message: string }[]

  constructor(status: number, problem: Partial<Schemas['Problem']>) {
    super(problem.detail ?? (status === 0 ? 'The server does not answer.' : `The server answered ${status}.`))
    this.status = status
    this.code = problem.code ?? ''
    this.field = problem.field
    this.faults = problem.errors ?? []
  }
}

/** What the session gives to requests, and what it is told; `session.tsx` sets it. */
let session: { csrfToken: () => string | null; refused: () => void } = {
  csrfToken: () => null,
  refused: () => {},
}

export function setSession(given: typeof session): void {
  session = given
}

/** Headers that a change in a session has to bring; for requests that `api` can't make, such as uploads with progress. */
export function changeHeaders(): Record<string, string> {
  const token = session.csrfToken()
  return token === null ? {} : { 'X-CSRF-Token': token }
}

/** The error of an answer other than success. The session hears of it where it may be over, or another one by now. */
export function refusalOf(status: number, body: unknown): ApiError {
  const error = new ApiError(status, isProblem(body) ? body : {})
  const isOfAnotherSession = status === 403 && error.field === 'X-CSRF-Token'
  if (status === 401 || isOfAnotherSession) session.refused()
  if (!isOfAnotherSession) return error
  return new ApiError(status, {
    detail: 'You have signed in anew in another window. Nothing was changed; do it once more.',
  })
}

/** After so many milliseconds without an answer it is asked whether the server is there at all: some requests do take long. */
const LONG_MS = 10_000
/** What asks that, by the id of the request. */
const timers = new Map<string, ReturnType<typeof setTimeout>>()

function ended(id: string): void {
  clearTimeout(timers.get(id))
  timers.delete(id)
}

const middleware: Middleware = {
  onRequest({ id, request }) {
    if (request.method !== 'GET')
      for (const [name, value] of Object.entries(changeHeaders())) request.headers.set(name, value)
    timers.set(
      id,
      setTimeout(() => void lookForServer(), LONG_MS),
    )
    return request
  },
  onResponse({ id, response }) {
    ended(id)
    // A reverse proxy's answer, when the server behind it is gone; or the server's own, when it has no database.
    if (response.status >= 502 && response.status <= 504) void lookForServer()
  },
  onError({ id, error }) {
    ended(id)
    if (error instanceof DOMException && error.name === 'AbortError') return
    void lookForServer()
    return new ApiError(0, {})
  },
}

/** The v1 API, typed by its OpenAPI document. To be used with `take`: `await take(api.GET('/api/v1/services'))`. */
export const api = createClient<paths>({ baseUrl: '/' })
api.use(middleware)

interface Answer<Data> {
  data?: Data
  error?: unknown
  response: Response
}

/** The body of an answer; throws an ApiError where it is none of success. */
export async function take<Data>(asked: Promise<Answer<Data>>): Promise<Data> {
  return (await takeTagged(asked)).data
}

/** The same with the answer's ETag, to be sent back as `If-Match` with a change. */
export async function takeTagged<Data>(
  asked: Promise<Answer<Data>>,
): Promise<{ data: Data; etag: string | undefined }> {
  const { data, error, response } = await asked
  if (!response.ok) throw refusalOf(response.status, error)
  return { data: data as Data, etag: response.headers.get('etag') ?? undefined }
}

function isProblem(value: unknown): value is Schemas['Problem'] {
  return typeof value === 'object' && value !== null && 'detail' in value
}

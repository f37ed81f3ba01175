import createClient, { type Middleware } from 'openapi-fetch'
import { serverAnswered, serverLost } from './connection'
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

/** The CSRF token of the session; `session.tsx` sets it. */
let csrfToken: string | null = null

export function setCsrfToken(token: string | null): void {
  csrfToken = token
}

/** Headers that a change in a session has to bring; for requests that `api` can't make, such as uploads with progress. */
export function changeHeaders(): Record<string, string> {
  return csrfToken === null ? {} : { 'X-CSRF-Token': csrfToken }
}

const middleware: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET')
      for (const [name, value] of Object.entries(changeHeaders())) request.headers.set(name, value)
    return request
  },
  onResponse({ response }) {
    // A reverse proxy's answer, when the server behind it is gone.
    if (response.status === 502 || response.status === 504) serverLost()
    else serverAnswered()
  },
  onError({ error }) {
    if (error instanceof DOMException && error.name === 'AbortError') return
    serverLost()
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
  if (!response.ok) throw new ApiError(response.status, isProblem(error) ? error : {})
  return { data: data as Data, etag: response.headers.get('etag') ?? undefined }
}

function isProblem(value: unknown): value is Schemas['Problem'] {
  return typeof value === 'object' && value !== null && 'detail' in value
}

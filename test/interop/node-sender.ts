import { once } from 'node:events'
import { connect, type OutgoingHttpHeaders } from 'node:http2'
import type { InteropServer } from './interop-server.js'
import type { Field, PushRequest } from './push-requests.js'

/** A request, whole: pseudo-headers first. */
export interface RawRequest {
  fields: readonly Field[]
  body: string | Uint8Array
}

/** What a push has to be on the wire; the authorization, if there is one, stands behind the pseudo-headers. */
export function rawRequest(
  server: InteropServer,
  { request, fields }: PushRequest,
  authorization: readonly Field[],
): RawRequest {
  const pseudo: Field[] = [
    [':method', 'POST'],
    [':scheme', 'https'],
    [':authority', `localhost:${server.port}`],
    [':path', `/3/device/${request.token.toLowerCase()}`],
  ]
  return { fields: [...pseudo, ...authorization, ...fields], body: request.payload }
}

/** Sends requests with node:http2, in this order on one connection, and waits for the answers. */
export async function sendWithNode(server: InteropServer, requests: readonly RawRequest[]): Promise<void> {
  const session = connect(`https://localhost:${server.port}`, { ca: server.folder.ca })
  try {
    await once(session, 'connect')
    await Promise.all(
      requests.map(async ({ fields, body }) => {
        const stream = session.request(Object.fromEntries(fields) as OutgoingHttpHeaders)
        stream.end(body)
        stream.resume()
        await once(stream, 'end')
      }),
    )
  } finally {
    session.close()
  }
}

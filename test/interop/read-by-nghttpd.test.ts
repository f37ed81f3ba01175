import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { clientFor } from './interop-server.js'
import { type Nghttpd, startNghttpd } from './nghttpd.js'
import { rawRequest, sendWithNode } from './node-sender.js'
import { type Field, pushRequest } from './push-requests.js'
import { hasProgram } from './server-process.js'

// nghttpd -v writes what it reads of each frame: the same of our requests and of those of node:http2.

interface ReadRequest {
  fields: Field[]
  bodyBytes: number
  ended: boolean
}

/** All requests, by connection and stream. */
function readRequests(output: string): ReadRequest[][] {
  const connections = new Map<string, Map<string, ReadRequest>>()
  const requestOf = (connection: string, stream: string) => {
    const requests = connections.get(connection) ?? new Map()
    connections.set(connection, requests)
    const request = requests.get(stream) ?? { fields: [], bodyBytes: 0, ended: false }
    requests.set(stream, request)
    return request
  }
  for (const line of output.split('\n')) {
    const [, connection = '', what = ''] = /^\[id=(\d+)\] \[ *[\d.]+\] (.*)$/.exec(line) ?? []
    // "sensitive": node:http2 asks every hop to keep the token out of its tables; we index it, as Apple allows.
    const field = /^recv \(stream_id=(\d+)(?:, sensitive)?\) (:?[^:]+): (.*)$/.exec(what)
    if (field !== null) requestOf(connection, field[1]!).fields.push([field[2]!, field[3]!])
    const data = /^recv DATA frame <length=(\d+), flags=0x(\d\d), stream_id=(\d+)>$/.exec(what)
    if (data === null) continue
    const request = requestOf(connection, data[3]!)
    request.bodyBytes += Number(data[1])
    request.ended = data[2] === '01'
  }
  return [...connections.values()].map((requests) => [...requests.values()])
}

/** The requests of the first or the second connection, as soon as all of them have been read to their ends. */
async function allOf(server: Nghttpd, connection: number, count: number): Promise<ReadRequest[]> {
  const requests = () => readRequests(server.output())[connection] ?? []
  await expect.poll(() => requests().filter(({ ended }) => ended).length, { timeout: 20_000 }).toBe(count)
  return requests()
}

describe.skipIf(!hasProgram('nghttpd'))('nghttpd', () => {
  test.each([0, 300, 4096])('with a header table of %i bytes', async (bytes) => {
    const server = await startNghttpd([], ['-v', '-c', String(bytes)])
    const pushes = fc.sample(pushRequest, { numRuns: 100, seed: bytes })
    const client = clientFor(server, { maxConnections: 1 })
    const outcomes = await Promise.all(pushes.map(({ request }) => client.send(request)))
    // It has no file for any of them.
    expect(new Set(outcomes.map((it) => it.kind === 'rejected' && it.status))).toEqual(new Set([404]))
    const ours = await allOf(server, 0, pushes.length)
    const authorization = ours[0]!.fields.filter(([name]) => name === 'authorization')
    await sendWithNode(
      server,
      pushes.map((push) => rawRequest(server, push, authorization)),
    )
    expect(ours).toEqual(await allOf(server, 1, pushes.length))
  })
})

import { existsSync, readFileSync } from 'node:fs'
import { expect, onTestFinished } from 'vitest'
import { ApnsClient, type ApnsClientOptions } from '../../src/apns/index.js'
import type { ServerFolder } from './server-folder.js'

/** One request in a server's log. */
export interface LoggedRequest {
  /** A name for the connection, different for each. */
  connection: string
  /** Such as `POST /3/device/00ff 200`. */
  line: string
}

/** A server that answers 200 to every push, unless it was started otherwise. */
export interface InteropServer {
  port: number
  folder: ServerFolder
  /** What it has logged by now. Absent: it can't. */
  requests?: () => LoggedRequest[]
  /** Sends its process a signal. Absent: it is in this one. */
  signal?: (name: NodeJS.Signals) => void
}

/**
 * A client for it, closed when the test ends; by provider token, unless a certificate is given; through no proxy of the
 * environment.
 */
export function clientFor(server: InteropServer, options: Partial<ApnsClientOptions> = {}): ApnsClient {
  const { ca, key } = server.folder
  const credential = options.certificate === undefined ? { key } : {}
  const peer = { hostname: 'localhost', port: server.port, ca, proxy: '' }
  const client = new ApnsClient({ ...peer, ...credential, ...options })
  onTestFinished(() => client.close())
  return client
}

/** Reads a log whose lines are the connection and the line of a `LoggedRequest`. */
export function readLog(file: string): LoggedRequest[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  return lines.map((text) => {
    const space = text.indexOf(' ')
    return { connection: text.slice(0, space), line: text.slice(space + 1) }
  })
}

/** Waits until everything is in the log, then expects a POST of each token exactly once. Returns the log. */
export async function expectEachOnce(
  requests: () => LoggedRequest[],
  tokens: readonly string[],
): Promise<LoggedRequest[]> {
  // Servers write their logs behind the answers.
  await expect.poll(() => requests().length, { timeout: 20_000 }).toBeGreaterThanOrEqual(tokens.length)
  const log = requests()
  const sorted = (lines: readonly string[]) => [...lines].sort().join('\n')
  // As one text: a comparison of long arrays that differ takes minutes to explain.
  const same = sorted(log.map(({ line }) => line)) === sorted(tokens.map((it) => `POST /3/device/${it} 200`))
  expect({ requests: log.length, same }).toEqual({ requests: tokens.length, same: true })
  return log
}

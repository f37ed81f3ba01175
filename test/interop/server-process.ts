/** Servers that others wrote, as processes of ours. `scripts/debian-packages.mjs` installs them. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, closeSync, constants, openSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { onTestFinished } from 'vitest'

/** How often a server is started on another port, when someone else took the one that was free a moment ago. */
const ATTEMPTS = 3

/** A running server. */
export interface ServerProcess {
  port: number
  /** Sends it a signal, such as the one that makes it read its configuration again. */
  signal: (name: NodeJS.Signals) => void
}

/** Whether the machine has the program. */
export function hasProgram(program: string): boolean {
  return findProgram(program) !== undefined
}

/**
 * Starts a server and waits until it listens on 127.0.0.1; ended when the test ends. These servers can not tell which port
 * they took, so each gets a free one. What it writes to its standard output goes to `outputFile`, or nowhere. Throws with what
 * it wrote to its standard error when it ends by itself.
 */
export async function startServerProcess(
  program: string,
  argumentsFor: (port: number) => readonly string[],
  outputFile = '/dev/null',
): Promise<ServerProcess> {
  let failure: Error | undefined
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const port = await freePort()
    try {
      const child = await startOn(port, program, argumentsFor(port), outputFile)
      return { port, signal: (name) => child.kill(name) }
    } catch (error) {
      failure = error as Error
    }
  }
  throw failure!
}

async function startOn(
  port: number,
  program: string,
  args: readonly string[],
  outputFile: string,
): Promise<ChildProcess> {
  const path = findProgram(program)
  if (path === undefined) throw new Error(`${program} is not installed`)
  const output = openSync(outputFile, 'w')
  const child = spawn(path, args, { stdio: ['ignore', output, 'pipe'] })
  closeSync(output)
  let errors = ''
  child.stderr?.on('data', (chunk) => {
    errors = (errors + chunk).slice(-2000)
  })
  const ended = once(child, 'close')
  let alive = true
  ended.then(() => {
    alive = false
  })
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  while (alive && !(await isListening(port))) await new Promise((later) => setTimeout(later, 20))
  if (alive) return child
  throw new Error(`${program} ended with ${child.exitCode ?? child.signalCode}: ${errors}`)
}

function findProgram(program: string): string | undefined {
  // Servers lie in sbin, which is not in everyone's PATH.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin']
  return folders
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('error', () => resolve(false))
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
}

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import Database from 'better-sqlite3'
import { vi } from 'vitest'
import { type App, open } from '../../src/app/index.js'
import { run } from '../../src/cli/run.js'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'

/** The built program; `npm test` and this module see to it that it is up to date. */
const program = join(import.meta.dirname, '../../dist/cli/main.js')
const { build } = (await import('../../scripts/build.mjs' as string)) as { build: () => void }
build()

/** How a command ended. */
export interface CliResult {
  status: number | null
  stdout: string
  stderr: string
}

/** A command that runs. */
export interface RunningCli {
  child: ChildProcess
  ended: Promise<CliResult>
  /** Resolves when what it has written on standard output and standard error matches. */
  said(pattern: RegExp): Promise<string>
}

/** A folder of its own, with a database in it, in which commands are run. */
export class CliScene implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'ios-notifications-cli-'))
  readonly database = `sqlite:${join(this.folder, 'test.sqlite')}`
  readonly #children = new Set<ChildProcess>()
  #simulator: Simulator | undefined

  /** Runs a command to its end. */
  async cli(...args: string[]): Promise<CliResult> {
    return await this.start(args).ended
  }

  /** The same with something on its standard input. */
  async cliWithInput(input: string, ...args: string[]): Promise<CliResult> {
    return await this.start(args, { input }).ended
  }

  /**
   * Runs a command within the test's own process: a hundred times quicker, for tables of bad input. Not for commands that
   * read standard input or wait for signals.
   */
  async inProcess(...args: string[]): Promise<CliResult> {
    const written = { stdout: '', stderr: '' }
    const spies = (['stdout', 'stderr'] as const).map((name) =>
      vi.spyOn(process[name], 'write').mockImplementation((chunk) => {
        written[name] += chunk
        return true
      }),
    )
    try {
      const status = await run(['--database', this.database, ...args])
      return { status, ...written }
    } finally {
      for (const spy of spies) spy.mockRestore()
      process.exitCode = undefined
    }
  }

  /** Starts a command. */
  start(args: readonly string[], { input = '', env = {} as Record<string, string> } = {}): RunningCli {
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.folder,
      env: { PATH: process.env['PATH'], IOS_NOTIFICATIONS_DATABASE: this.database, ...env },
    })
    this.#children.add(child)
    // A command that refuses its options does not read its input.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    let all = ''
    const onData = (data: Buffer) => {
      all += data
    }
    child.stdout.on('data', onData)
    child.stderr.on('data', onData)
    const status = new Promise<number | null>((resolve) => child.once('close', resolve))
    const ended = Promise.all([status, text(child.stdout), text(child.stderr)]).then(
      ([code, stdout, stderr]) => {
        this.#children.delete(child)
        return { status: code, stdout, stderr }
      },
    )
    // A test that closes the child's output has no use for the result.
    ended.catch(() => {})
    const said = (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        const look = () => {
          if (pattern.test(all)) resolve(all)
        }
        child.stdout.on('data', look)
        child.stderr.on('data', look)
        child.once('close', () => reject(new Error(`it ended without saying ${pattern}: ${all}`)))
        look()
      })
    return { child, ended, said }
  }

  /** Writes a file of the folder; returns its path. */
  file(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name)
    writeFileSync(path, content)
    return path
  }

  /** The one simulator of the scene. */
  async simulator(): Promise<Simulator> {
    this.#simulator ??= await startSimulator()
    return this.#simulator
  }

  /** A service for the simulator, with devices; 1 is its id, as the database is new. */
  async prepare({ devices = 0, port = 0 } = {}): Promise<Simulator> {
    const simulator = await this.simulator()
    const { hostname, key, ca } = simulator
    await using app = await this.app()
    const service = await app.services.create({
      name: 'test',
      hostname,
      port: port || simulator.port,
      topic: 'com.example.app',
      key,
      ca,
    })
    await app.devices.importMany(
      service.id,
      Array.from({ length: devices }, (_, position) => ({ token: tokenOf(position) })),
    )
    return simulator
  }

  /** Runs a statement over a connection of its own. */
  sql(statement: string): void {
    const database = new Database(join(this.folder, 'test.sqlite'))
    try {
      database.exec(statement)
    } finally {
      database.close()
    }
  }

  /** The scene's database, opened beside the commands. */
  async app(): Promise<App> {
    return await open({ database: this.database })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL')
    await this.#simulator?.close()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** The token of a scene's device. */
export function tokenOf(position: number): string {
  return position.toString(16).padStart(64, '0')
}

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'

const loader = join(import.meta.dirname, '../delivery/typescript-loader.mjs')

/** A process of a sweep that runs a file of the tests. */
export class Child {
  readonly process: ChildProcess
  /** What it says when it is ready: its first line. */
  readonly ready: Promise<string>
  readonly exited: Promise<unknown>

  /** @param complaints file that its standard error is added to */
  constructor(program: string, args: readonly string[], complaints: string) {
    const errors = openSync(complaints, 'a')
    this.process = spawn(
      process.execPath,
      ['--import', loader, join(import.meta.dirname, program), ...args],
      {
        stdio: ['ignore', 'pipe', errors],
      },
    )
    closeSync(errors)
    this.exited = once(this.process, 'exit')
    // Nobody outlives a sweep that is ended.
    const end = () => this.process.kill('SIGKILL')
    process.once('exit', end)
    this.process.once('exit', () => process.off('exit', end))
    this.ready = new Promise((resolve, reject) => {
      let said = ''
      this.process.stdout!.on('data', (data: Buffer) => {
        said += data
        const end = said.indexOf('\n')
        if (end !== -1) resolve(said.slice(0, end))
      })
      this.process.once('exit', (status, signal) =>
        reject(new Error(`${program} ended with ${signal ?? status}; see ${complaints}`)),
      )
    })
    // Whoever does not wait for it learns by other ways.
    this.ready.catch(() => {})
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL')
    await this.exited
  }
}

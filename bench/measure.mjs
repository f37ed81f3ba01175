// Runs a sender and measures its process.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** Sinks run on the first core, senders on the second. */
export const sinkCore = 0
export const senderCore = 1
const MEMORY_EVERY_MS = 20

export function pinned(core, command, args, options) {
  return spawn('taskset', ['-c', String(core), command, ...args], options)
}

/**
 * Runs a sender; resolves with its CPU seconds (user and system), wall seconds, peak memory in megabytes, and output.
 * Rejects when it ends with an error.
 */
export function measure(command, args, env = {}) {
  // The shell's `time` is exact to the millisecond; the sender's id is needed for its memory.
  const script = `TIMEFORMAT="cpu %U %S"; time { taskset -c ${senderCore} "$0" "$@" & echo "pid $!" >&2; wait $!; }`
  const started = process.hrtime.bigint()
  return new Promise((resolve, reject) => {
    const child = spawn('bash', ['-c', script, command, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    })
    let output = ''
    let errors = ''
    let megabytes = 0
    const timer = setInterval(() => {
      const pid = /^pid (\d+)$/m.exec(errors)?.[1]
      if (pid) megabytes = Math.max(megabytes, peakMegabytes(pid))
    }, MEMORY_EVERY_MS)
    child.stdout.on('data', (data) => {
      output += data
    })
    child.stderr.on('data', (data) => {
      errors += data
    })
    child.on('close', (status) => {
      clearInterval(timer)
      const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(errors) ?? []
      if (status !== 0) return reject(new Error(`${command} ended with ${status}: ${errors}${output}`))
      const seconds = Number(process.hrtime.bigint() - started) / 1e9
      resolve({ cpuSeconds: Number(user) + Number(system), seconds, megabytes, output })
    })
  })
}

/** The kernel's high-water mark of a process; 0 when it has ended. */
function peakMegabytes(pid) {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [0, 0]
    return Number(kilobytes) / 1000
  } catch {
    return 0
  }
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}

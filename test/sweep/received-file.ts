/** The pushes that a simulator has received, in a file: lines of one length, so that its size says how many there are. */
import { readFileSync, statSync } from 'node:fs'

const LINE_BYTES = 64 + 1 + 36 + 1 + 3 + 1

export interface ReceivedPush {
  readonly token: string
  readonly apnsId: string
  readonly status: number
}

/** The line of a push to a token of 64 characters. */
export function receivedLine(token: string, apnsId: string, status: number): string {
  return `${token} ${apnsId} ${status}\n`
}

/** How many pushes have been received; 0 where there is no file yet. */
export function receivedCount(file: string): number {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) / LINE_BYTES
}

export function readReceived(file: string): ReceivedPush[] {
  const lines = readFileSync(file, 'latin1').split('\n').slice(0, -1)
  return lines.map((line) => {
    const [token = '', apnsId = '', status] = line.split(' ')
    return { token, apnsId, status: Number(status) }
  })
}

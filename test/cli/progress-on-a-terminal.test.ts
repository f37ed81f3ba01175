import { afterEach, expect, test, vi } from 'vitest'
import { createProgressDisplay } from '../../src/cli/push-progress.js'

const wasTerminal = process.stderr.isTTY

afterEach(() => {
  vi.restoreAllMocks()
  process.stderr.isTTY = wasTerminal
})

test('a bar that was ended leaves a line of its own, shows who was tried, and does not come back', async () => {
  let written = ''
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    written += chunk
    return true
  })
  process.stderr.isTTY = true
  const listeners = process.listenerCount('SIGINT')
  const display = await createProgressDisplay()
  const counts = { pushId: 1, audienceSize: 1000, rejected: 20, unknown: 10 }
  display.show({ ...counts, accepted: 180, unsent: 0 })
  expect(process.listenerCount('SIGINT')).toBe(listeners)
  display.end()
  expect(written).toMatch(/21% 210\/1000 accepted=180 rejected=20 .*\n$/s)
  const before = written
  display.show({ ...counts, accepted: 190, unsent: 780 })
  display.end()
  expect(written).toBe(before)
})

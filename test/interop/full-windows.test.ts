import { expect, test } from 'vitest'
import { tokensOf } from '../apns/client/device-tokens.js'
import { collect, counts } from '../apns/client/sums.js'
import { clientFor } from './interop-server.js'
import { startNghttpd } from './nghttpd.js'
import { startNodeServer } from './node-server.js'
import { hasProgram } from './server-process.js'

// Payloads of 4096 bytes fill a window of 65,535 after sixteen pushes; from there on the server sets the pace.

const message = { topic: 'com.example.app', payload: JSON.stringify({ aps: {}, fill: '' }).padEnd(4096) }
const tokens = tokensOf(2000)
const all = { accepted: tokens.length, rejected: 0, unknown: 0, unsent: 0 }

test.skipIf(!hasProgram('nghttpd')).each([
  ['the default windows', []],
  ['windows of 1023 bytes a stream and 65,535 for the connection', ['-w', '10', '-W', '16']],
  ['every payload sent back in the answer', ['--echo-upload']],
])('nghttpd, %s', async (_name, options) => {
  const server = await startNghttpd(tokens, options)
  expect(counts(await collect(clientFor(server).sendMany(message, tokens)))).toEqual(all)
})

test.each([
  { bytes: 1, count: 2 },
  { bytes: 100, count: 100 },
  { bytes: 4095, count: 2000 },
])('node:http2, $count pushes and windows of $bytes bytes a stream', async ({ bytes, count }) => {
  const server = await startNodeServer({ settings: { initialWindowSize: bytes } })
  const sum = await collect(clientFor(server).sendMany(message, tokens.slice(0, count)))
  expect(counts(sum)).toEqual({ ...all, accepted: count })
})

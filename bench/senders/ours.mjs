// One run of our client: node bench/senders/ours.mjs HOST_PORT PUSHES many|single CA_FILE KEY_FILE [TOKEN]
import { readFileSync } from 'node:fs'
import { ApnsClient } from '../../dist/apns/index.js'

const [port, count, mode, caFile, keyFile, onlyToken] = process.argv.slice(2)
const pushes = Number(count)
const message = {
  topic: 'com.example.app',
  payload: {
    aps: {
      alert: 'A message of the usual length, so that the payload has its 130 bytes.',
      sound: 'default',
      badge: 1,
    },
  },
}
const client = new ApnsClient({
  hostname: '127.0.0.1',
  port: Number(port),
  ca: readFileSync(caFile, 'utf8'),
  key: { p8: readFileSync(keyFile, 'utf8'), keyId: 'SIMULATED1', teamId: 'SIMULATION' },
  maxConnections: 1,
})
const tokenOf = (index) => onlyToken ?? index.toString(16).padStart(64, '0')

function* pages() {
  for (let first = 0; first < pushes; first += 500) {
    yield Array.from({ length: Math.min(500, pushes - first) }, (_, offset) => tokenOf(first + offset))
  }
}

async function sendMany() {
  let accepted = 0
  for await (const batch of client.sendMany(message, pages())) accepted += batch.accepted
  return accepted
}

/** A promise each, 1,000 in flight. */
async function sendSingly() {
  let next = 0
  let accepted = 0
  const lane = async () => {
    while (next < pushes) {
      const outcome = await client.send({ ...message, token: tokenOf(next++) })
      if (outcome.kind === 'accepted') accepted++
    }
  }
  await Promise.all(Array.from({ length: 1000 }, lane))
  return accepted
}

const accepted = await (mode === 'many' ? sendMany() : sendSingly())
await client.close()
if (accepted !== pushes) throw new Error(`${accepted} of ${pushes} were accepted`)
console.log(JSON.stringify({ peakMegabytes: Math.round(process.resourceUsage().maxRSS / 1000) }))

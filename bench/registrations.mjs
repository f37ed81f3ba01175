// Registers devices over HTTP at a constant rate until its standard input ends, every other one anew; a process of its own, so that
// nothing else delays it. Latencies count from the moment at which the request was due. Prints them as JSON, in milliseconds.
import { setTimeout as sleep } from 'node:timers/promises'

const [url, service, perSecond] = process.argv.slice(2)
const latencies = []
const requests = []
let isOver = false
process.stdin.on('end', () => (isOver = true)).resume()
const start = performance.now()
for (let number = 0; !isOver; number++) {
  const dueAt = start + (number * 1000) / Number(perSecond)
  await sleep(Math.max(0, dueAt - performance.now()))
  const token = `${number % 2 === 0 ? 'beef' : 'cafe'}${number.toString(16).padStart(60, '0')}`
  const request = fetch(url, { method: 'POST', body: new URLSearchParams({ token, service }) })
  requests.push(
    request.then(async (response) => {
      await response.arrayBuffer()
      if (!response.ok) throw new Error(`${response.status}`)
      latencies.push(performance.now() - dueAt)
    }),
  )
}
await Promise.all(requests)
console.log(JSON.stringify(latencies))

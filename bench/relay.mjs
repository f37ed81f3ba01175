// Lengthens the way to a sink: node bench/relay.mjs PORT SINK_PORT DELAY_MS. Every chunk waits that long, in each direction.
import { connect, createServer } from 'node:net'

const [port, sinkPort, delayMs] = process.argv.slice(2).map(Number)

function relay(from, to) {
  // Timers of equal length fire in the order in which they were set.
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), delayMs))
  from.on('end', () => setTimeout(() => to.end(), delayMs))
  from.on('error', () => to.destroy())
  from.on('close', () => setTimeout(() => to.destroy(), delayMs))
}

createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
  const sink = connect({ port: sinkPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true })
  relay(client, sink)
  relay(sink, client)
}).listen(port, '127.0.0.1')

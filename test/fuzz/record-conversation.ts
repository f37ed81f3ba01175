// Prints what a server without TLS says to the pushes of the session target, as a line for corpus/session.txt:
// node --import ./test/delivery/typescript-loader.mjs test/fuzz/record-conversation.ts 127.0.0.1 8080
import { connect } from 'node:net'
import { Session } from '../../src/apns/client/session.js'
import { sessionOptions } from '../apns/client/session-options.js'
import { waitingPushes } from './session-target.js'

const [host = '127.0.0.1', port = ''] = process.argv.slice(2)
const { queue, ends } = waitingPushes()
const session = new Session(sessionOptions({ queue, authority: `${host}:${port}`, maxConcurrentStreams: 8 }))
const socket = connect(Number(port), host)
const said: Buffer[] = [Buffer.alloc(4)]

function write(): void {
  session.fill(performance.now())
  if (session.output.length === 0) return
  socket.write(Buffer.from(session.output.take()))
  session.written()
}

// Refused streams are sent again after a pause; a server that has nothing more to say is left.
const writing = setInterval(write, 50)
const silence = setTimeout(() => socket.destroy(), 2000)
socket.on('connect', write)
socket.on('data', (chunk) => {
  said.push(chunk)
  silence.refresh()
  session.feed(chunk, performance.now())
  write()
  if (ends.every((count) => count > 0)) socket.end()
})
socket.on('close', () => {
  clearInterval(writing)
  clearTimeout(silence)
  console.log(Buffer.concat(said).toString('hex'))
})

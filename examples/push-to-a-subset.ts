// Push a notification to a subset of devices, by their tokens. The service `production` and its devices are in the
// database already: see docs/getting-started.md.
import { open } from 'ios-notifications'

const deviceTokens = [
  '97bc2e598e1a11e2bacfb8f6b113c99597bd77428e1a11e2ae36b8f6b113c995',
  '9c97e3d78e1a11e28470b8f6b113c9959c97e5a38e1a11e28fd6b8f6b113c995',
  'ba32393d8e1a11e28035b8f6b113c995ba323b0a8e1a11e28254b8f6b113c995',
  'c71667578e1a11e2a5cfb8f6b113c995c716692e8e1a11e29c74b8f6b113c995',
]

// Closes the database when the program ends. The settings say where it is: IOS_NOTIFICATIONS_DATABASE.
await using app = await open()

const services = await app.services.list()
const service = services.find(({ name }) => name === 'production')
if (service === undefined) throw new Error('there is no service named production')

const notification = await app.notifications.create({ message: 'Some message', service: service.id })

// Devices are sent to in chunks, here of 200. Tokens that are not registered, or not active, are skipped.
const result = await app.push(notification, { tokens: deviceTokens, chunkSize: 200 })

console.log(`${result.accepted} accepted, ${result.rejected} rejected`)
console.log(`${result.unknown} without an answer, ${result.unsent} not sent`)
for (const { outcome, reason, count } of result.reasons) console.log(`${outcome}: ${count} ${reason}`)

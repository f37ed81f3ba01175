// Submit a push and return at once; a worker sends it, and goes on with it after a crash. Here the worker is this process; it can
// as well be `npx ios-notifications worker`, or several of them.
import { open } from 'ios-notifications'

await using app = await open()

const services = await app.services.list()
const service = services.find(({ name }) => name === 'production')
if (service === undefined) throw new Error('there is no service named production')

// From now on, and until the end of the program, everything that was submitted is sent: also what an earlier run has left.
app.work()

const push = await app.submit(
  { service: service.id, title: 'Final', message: 'It is 3 to 2' },
  {
    urgency: 'urgent',
    // The request may be repeated: with the same key it is the same push.
    idempotencyKey: 'match-4711-final',
    // Nobody gets it twice, whatever happens; who may have got it counts as unknown instead.
    duplicates: 'never',
    by: 'scores',
  },
)

for await (const { state, accepted, rejected, audienceSize } of app.pushes.events(push.id))
  console.log(`${state}: ${accepted} accepted, ${rejected} rejected of ${audienceSize}`)

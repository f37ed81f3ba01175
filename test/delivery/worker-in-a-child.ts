// A worker of its own, to be killed or stopped: node --import ./typescript-loader.mjs worker-in-a-child.ts DATABASE [LEASE_MS]
// Says `ready` on standard output when it works, and on standard error what it has to warn of.
import { type Logger, silentLogger, systemClock } from '../../src/base/index.js'
import { Delivery } from '../../src/delivery/index.js'
import { openStore } from '../../src/store/index.js'

const [database = '', leaseMs] = process.argv.slice(2)
const say = (fields: object, message: string) => console.error(JSON.stringify({ ...fields, message }))
const logger: Logger = { ...silentLogger, warn: say, error: say }
const store = await openStore({ database })
const lease = leaseMs === undefined ? {} : { leaseMs: Number(leaseMs) }
const delivery = new Delivery({ store, clock: systemClock, logger, ...lease })
delivery.work()
console.log('ready')
process.once('SIGTERM', async () => {
  await delivery.close()
  await store.close()
})

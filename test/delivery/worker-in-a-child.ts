// A worker of its own, to be killed or stopped: node --import ./typescript-loader.mjs worker-in-a-child.ts DATABASE
import { silentLogger, systemClock } from '../../src/base/index.js'
import { Delivery } from '../../src/delivery/index.js'
import { openStore } from '../../src/store/index.js'

const [database = ''] = process.argv.slice(2)
const store = await openStore({ database })
const delivery = new Delivery({ store, clock: systemClock, logger: silentLogger })
delivery.work()
process.once('SIGTERM', async () => {
  await delivery.close()
  await store.close()
})

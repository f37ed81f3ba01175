// A sender of its own, to be killed: node --import ./typescript-loader.mjs push-in-a-child.ts DATABASE SERVICE
import { silentLogger, systemClock } from '../../src/base/index.js'
import { Delivery } from '../../src/delivery/index.js'
import { openStore } from '../../src/store/index.js'

const [database = '', service = ''] = process.argv.slice(2)
const store = await openStore({ database })
const delivery = new Delivery({ store, clock: systemClock, logger: silentLogger })
await delivery.push({ serviceId: Number(service), message: 'Hi' }, { chunkSize: 3000 })
await delivery.close()
await store.close()

// The APNs simulator in your own tests: what your code does when a device has uninstalled the app.
import assert from 'node:assert/strict'
import { ApnsClient } from 'ios-notifications/apns'
import { startSimulator } from 'ios-notifications/simulator'

const installed = '0fd12510cfe6b0a4a89dc7369d96df956f991e66131dab63398734e8000d0029'
const uninstalled = '97bc2e598e1a11e2bacfb8f6b113c99597bd77428e1a11e2ae36b8f6b113c995'

// Free ports and a temporary folder; both are gone when the program ends.
await using simulator = await startSimulator()
simulator.unregister(uninstalled)

const { hostname, port, ca, key } = simulator
await using apns = new ApnsClient({ hostname, port, ca, key })
const message = { topic: 'com.example.app', payload: { aps: { alert: 'Hi' } } }

const first = await apns.send({ ...message, token: installed })
assert.equal(first.kind, 'accepted')

const second = await apns.send({ ...message, token: uninstalled })
assert.equal(second.kind, 'rejected')
assert.equal(second.kind === 'rejected' && second.reason, 'Unregistered')

// What arrived, as Apple would have seen it.
const [received] = simulator.received(installed)
assert.deepEqual(received?.payload, { aps: { alert: 'Hi' } })

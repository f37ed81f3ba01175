// A simulator of its own, to be killed and started again: … simulator-in-a-child.ts FOLDER PORT LOG SETTINGS
// Says where it is on standard output, as JSON. What it receives it writes to LOG before it answers, so that the log knows of
// every answer that anybody can have got, however the process ends.
import { openSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { hasErrorCode } from '../../src/base/index.js'
import { type Simulator, startSimulator } from '../../src/simulator/index.js'
import { ReceivedLog } from '../../src/simulator/received-log.js'
import { receivedLine } from './received-file.js'
import { type SweepPlan, tokenOf } from './sweep-plan.js'

const [dir = '', port = '0', log = '', settings = '{}'] = process.argv.slice(2)
const { responseDelayMs, answers } = JSON.parse(settings) as Pick<SweepPlan, 'responseDelayMs' | 'answers'>

const file = openSync(log, 'a')
const { add } = ReceivedLog.prototype
ReceivedLog.prototype.add = function (push, body) {
  writeSync(file, receivedLine(push.request.deviceToken ?? '', push.apnsId, push.answer.status))
  add.call(this, push, body)
}

const simulator = await start()
for (const { device, kind } of answers) {
  const token = tokenOf(device)
  if (kind === 'gone') simulator.unregister(token)
  else if (kind === 'bad') simulator.markBad(token)
  else {
    const reason = kind === 'later' ? 'TooManyRequests' : 'ServiceUnavailable'
    simulator.answer({ token, reason, headers: { 'retry-after': '1' }, count: 1 })
  }
}
console.log(JSON.stringify({ ...simulator.describe(), ca: simulator.ca, key: simulator.key }))

/** The port of the one before it may be someone else's for a moment. */
async function start(): Promise<Simulator> {
  for (;;) {
    try {
      return await startSimulator({ dir, port: Number(port), responseDelayMs, receivedLimit: 0 })
    } catch (error) {
      if (!hasErrorCode(error, 'PUSH_ERR_LISTEN')) throw error
      await sleep(100)
    }
  }
}

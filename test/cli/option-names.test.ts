import { expect, test } from 'vitest'
import { PushError } from '../../src/base/index.js'
import { inWordsOfOptions } from '../../src/cli/option-error.js'
import { createProgram } from '../../src/cli/program.js'
import { CliScene } from './cli-scene.js'

test('of several options that a fault may lie in, the one that was given is named', () => {
  const expired = new PushError('PUSH_ERR_APNS_CERTIFICATE_EXPIRED', 'certificate: it expired', {
    field: 'certificate',
  })
  const command = createProgram()
    .commands.find((one) => one.name() === 'service')!
    .commands.find((one) => one.name() === 'add')!
  command.setOptionValue('p12File', 'old.p12')
  expect(inWordsOfOptions(expired, command)).toMatchObject({ message: '--p12-file: it expired' })
  command.setOptionValue('certificateFile', 'old.pem')
  expect(inWordsOfOptions(expired, command)).toMatchObject({ message: '--certificate-file: it expired' })
})

test('commands without a database, and options of the program, are named as well', async () => {
  await using scene = new CliScene()
  expect(await scene.inProcess('simulator', '--dir', '')).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^ios-notifications: --dir: "" is not/),
  })
  const key = `${'A'.repeat(42)}B=`
  expect(await scene.inProcess('--secret-key', key, 'service', 'list')).toMatchObject({
    stderr: expect.stringMatching(/^ios-notifications: --secret-key[: ]/),
  })
})

import { generateKeyPairSync } from 'node:crypto'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CliScene } from './cli-scene.js'

const names = ['service', 'add', '--name', 'test', '--hostname', 'localhost', '--topic', 'com.example.app']

test('a certificate with an encrypted key is added with its passphrase from standard input', async () => {
  await using scene = new CliScene()
  const simulator = await scene.simulator()
  const issued = simulator.issueCertificate({ topic: 'com.example.app', passphrase: 'open sesame' })
  const certificate = scene.file('certificate.pem', issued.certificate)
  const key = scene.file('key.pem', issued.privateKey)
  const files = ['--certificate-file', certificate, '--private-key-file', key]
  const address = ['--port', String(simulator.port), '--ca-file', simulator.caFile]

  const without = await scene.cli(...names, ...files)
  expect(without).toEqual({
    status: 2,
    stdout: '',
    stderr:
      'ios-notifications: --passphrase-stdin: the private key is encrypted, and no passphrase was given\n',
  })
  const wrong = await scene.cliWithInput('close sesame\n', ...names, ...files, '--passphrase-stdin')
  expect(wrong).toMatchObject({ status: 2, stdout: '' })
  expect(wrong.stderr).toMatch(/^ios-notifications: --passphrase-stdin: .*\n$/)
  expect(wrong.stderr).not.toContain('sesame')
  expect((await scene.cli('service', 'list', '--json')).stdout).toBe('[]\n')

  const right = await scene.cliWithInput(
    'open sesame\n',
    ...[...names, ...files, ...address, '--passphrase-stdin', '--json'],
  )
  expect(right).toMatchObject({ status: 0, stderr: '' })
  expect(JSON.parse(right.stdout)).toMatchObject({ authentication: 'certificate' })
  expect(right.stdout).not.toMatch(/PRIVATE KEY|sesame/)
  expect(await scene.cli('service', 'check', '1')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^OK: connected to .*; certificate .*valid until \d{4}-/),
  })
})

test('credentials that can be of no use are refused in one line, and nothing is stored', async () => {
  await using scene = new CliScene()
  const simulator = await scene.simulator()
  const key = ['--key-id', simulator.key.keyId, '--team-id', simulator.key.teamId]
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  const rsaFile = scene.file('rsa.p8', rsa.export({ type: 'pkcs8', format: 'pem' }))
  const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey
  const p384File = scene.file('p384.p8', p384.export({ type: 'pkcs8', format: 'pem' }))
  const noPem = scene.file('no.pem', 'no PEM at all')
  const expired = simulator.issueCertificate({ topic: 'com.example.app', expired: true })
  const expiredFile = scene.file('expired.pem', expired.certificate + expired.privateKey)
  const other = simulator.issueCertificate({ topic: 'com.example.app' })
  const foreignKey = scene.file('foreign.pem', other.privateKey)
  const certificateFile = scene.file('certificate.pem', other.certificate)
  const missing = join(scene.folder, 'missing.p8')

  const cases: [string[], RegExp][] = [
    [[], /^give exactly one of --key-file, --certificate-file and --p12-file$/],
    [['--key-file', noPem, '--p12-file', noPem], /^give exactly one of/],
    [['--key-file', simulator.keyFile, '--key-id', 'ABCDE12345'], /^--key-file needs --team-id$/],
    [['--key-file', missing, ...key], /^--key-file can't be read: ENOENT: .*missing\.p8/],
    [['--key-file', rsaFile, ...key], /^--key-file: .*type rsa, not P-256;/],
    [['--key-file', p384File, ...key], /^--key-file: .*secp384r1, not P-256;/],
    [['--key-file', noPem, ...key], /^--key-file: /],
    [
      ['--key-file', simulator.keyFile, '--key-id', 'short', '--team-id', 'SIMULATION'],
      /^--key-id: "short" /,
    ],
    [['--certificate-file', expiredFile], /^--certificate-file: .*expired/],
    [['--certificate-file', certificateFile], /^--private-key-file: /],
    [
      ['--certificate-file', expiredFile, '--private-key-file', foreignKey],
      /^--(private-key|certificate)-file: /,
    ],
    [['--p12-file', noPem], /^--p12-file: it is not a PKCS#12 file/],
    [['--key-file', simulator.keyFile, ...key, '--ca-file', noPem], /^--ca-file: /],
    [['--key-file', simulator.keyFile, ...key, '--port', '65536'], /--port <port>.* from 1 to 65535\.$/],
  ]
  for (const [options, message] of cases) {
    const { status, stdout, stderr } = await scene.inProcess(...names, ...options)
    expect({ options, status, stdout }).toEqual({ options, status: 2, stdout: '' })
    expect(stderr).toMatch(/^ios-notifications: [^\n]*\n$/)
    expect(stderr.replace(/^ios-notifications: /, '').trimEnd()).toMatch(message)
  }
  expect((await scene.cli('service', 'list', '--json')).stdout).toBe('[]\n')
})

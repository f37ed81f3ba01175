import { Command, Option } from 'commander'
import { integer } from '../arguments.js'
import { type CredentialOptions, readCredential } from '../credential-files.js'
import { readGivenText } from '../given-file.js'
import { withApp } from '../session.js'
import { shownService } from '../shown-service.js'
import { writeJson, writeLine } from '../terminal.js'

interface Options extends CredentialOptions {
  name: string
  hostname: string
  port?: number
  topic: string
  caFile?: string
  feedback: 'immediate' | 'deferred'
  maxPerSecond?: number
  json?: true
}

/** `service add`. */
export function serviceAddCommand(): Command {
  return new Command('add')
    .description('add an APN service; prints its id')
    .requiredOption('--name <name>', 'any name; unique for the host')
    .requiredOption('--hostname <host>', 'api.push.apple.com, api.sandbox.push.apple.com, or another server')
    .option('--port <port>', 'the port (default: 443)', integer(1, 65_535))
    .requiredOption('--topic <bundle-id>', 'the bundle id of the app')
    .option('--key-file <file>', "token authentication: Apple's .p8 key")
    .option('--key-id <id>', 'the id of the key, 10 characters')
    .option('--team-id <id>', 'the id of the team, 10 characters')
    .option('--certificate-file <file>', 'certificate authentication: the certificate in PEM')
    .option('--private-key-file <file>', 'its private key in PEM, where the certificate file has none')
    .option('--p12-file <file>', 'certificate authentication: a PKCS#12 file')
    .option('--passphrase-stdin', 'read the passphrase of the private key from standard input')
    .option('--ca-file <file>', "PEM of the authorities to trust instead of the system's")
    .addOption(
      new Option('--feedback <when>', 'whether a dead token deactivates its device at once, or is only noted')
        .choices(['immediate', 'deferred'])
        .default('immediate'),
    )
    .option('--max-per-second <n>', 'pushes a second at most (default: no limit)', integer(1, 1_000_000))
    .option('--json', 'print the service as JSON')
    .action(async (options: Options, command: Command) => {
      const { name, hostname, port, topic, feedback, caFile, maxPerSecond } = options
      const ca = caFile === undefined ? undefined : await readGivenText('--ca-file', caFile)
      const credential = await readCredential(options)
      await withApp(command, async (app) => {
        const service = await app.services.create({
          ...{ name, hostname, topic, feedback },
          ...(port !== undefined && { port }),
          ...(ca !== undefined && { ca }),
          ...(maxPerSecond !== undefined && { maxPerSecond }),
          ...credential,
        })
        if (options.json) writeJson(service)
        else
          writeLine(
            `Service ${service.name} added with id ${service.id}: ${(await shownService(service)).address}`,
          )
      })
    })
}

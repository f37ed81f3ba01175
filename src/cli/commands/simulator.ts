import { once } from 'node:events'
import { Command, Option } from 'commander'
import { integer } from '../arguments.js'
import { interruptible } from '../interrupt.js'
import { shellWord } from '../shell-word.js'
import { writeJson, writeLine } from '../terminal.js'

interface Options {
  host: string
  port: number
  controlPort: number
  dir: string
  environment: 'production' | 'development'
  json?: true
}

/** `simulator`. */
export function simulatorCommand(): Command {
  return new Command('simulator')
    .description('run an APNs simulator until Ctrl-C or SIGTERM')
    .option('--host <host>', 'the address to listen on for pushes', '127.0.0.1')
    .option('--port <port>', 'the port to listen on; 0: any that is free', integer(0, 65_535), 0)
    .option('--control-port <port>', 'the port of its control server; 0: any', integer(0, 65_535), 0)
    .option('--dir <folder>', 'where its authority, certificate and key are kept', 'data/simulator')
    .addOption(
      new Option('--environment <name>', 'Apple sends an apns-unique-id with every push in development only')
        .choices(['production', 'development'])
        .default('production'),
    )
    .option('--json', 'print where it is and how to use it as JSON')
    .action(({ json, ...options }: Options) =>
      interruptible('Closing.', async (signal) => {
        const { startSimulator } = await import('../../simulator/index.js')
        await using simulator = await startSimulator(options)
        const { hostname, port, controlUrl, caFile, keyFile, keyId, teamId } = simulator.describe()
        if (json) {
          writeJson(simulator.describe())
        } else {
          writeLine(`The simulator takes pushes on ${hostname}:${port}; its control server is ${controlUrl}`)
          writeLine('A service for it:')
          writeLine(
            `  npx ios-notifications service add --name simulator --hostname ${hostname} --port ${port} ` +
              `--topic com.example.app --key-file ${shellWord(keyFile)} --key-id ${keyId} --team-id ${teamId} ` +
              `--ca-file ${shellWord(caFile)}`,
          )
        }
        if (!signal.aborted) await once(signal, 'abort')
      }),
    )
}

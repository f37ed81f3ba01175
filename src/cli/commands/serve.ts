import { once } from 'node:events'
import { Command } from 'commander'
import { interruptible } from '../interrupt.js'
import { configOf } from '../session.js'
import { writeJson, writeLine } from '../terminal.js'

interface Options {
  host?: string
  port?: string
  authentication?: string
  trustedProxies?: string
  json?: true
}

/** `serve`. */
export function serveCommand(): Command {
  return new Command('serve')
    .description(
      'serve the device API, and send scheduled and submitted pushes, until Ctrl-C or SIGTERM; logs go to standard error',
    )
    .option('--host <host>', 'the address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'the port to listen on; 0: any that is free (default: 8000)')
    .option('--authentication <mode>', 'who may use the device API: AuthNone, AuthBasic or AuthBasicIsStaff')
    .option(
      '--trusted-proxies <addresses>',
      'reverse proxies whose X-Forwarded-For says who the client is: IP addresses and networks, with commas between',
    )
    .option('--json', 'print the address as JSON')
    .action(({ json, ...settings }: Options, command: Command) =>
      interruptible('Closing: requests under way may end. Ctrl-C again ends at once.', async (signal) => {
        const config = await configOf(command, { ...settings })
        const { createProcessLogger, open } = await import('../../app/index.js')
        const logger = await createProcessLogger(config.logLevel)
        await using app = await open({ ...config, logger })
        const { url } = await app.serve({ logger })
        app.work()
        if (json) writeJson({ url })
        else writeLine(`Listening on ${url}, with the admin at ${url}/admin/`)
        if (!signal.aborted) await once(signal, 'abort')
      }),
    )
}

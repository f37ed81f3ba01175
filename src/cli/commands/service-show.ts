import { Command } from 'commander'
import { integer } from '../arguments.js'
import { withApp } from '../session.js'
import { shownService } from '../shown-service.js'
import { shownTime, writeFields, writeJson } from '../terminal.js'

/** `service show ID`. */
export function serviceShowCommand(): Command {
  return new Command('show')
    .description('show an APN service; its secrets are never shown')
    .argument('<id>', 'the service', integer(1))
    .option('--json', 'print the service as JSON')
    .action((id: number, options: { json?: true }, command: Command) =>
      withApp(command, async (app) => {
        const service = await app.services.get(id)
        if (service === undefined) throw (await import('../../app/index.js')).serviceNotFound(id)
        const devices = await app.devices.count({ service: id })
        const active = await app.devices.count({ service: id, active: true })
        if (options.json) return writeJson({ ...service, devices: { total: devices, active } })
        const { address, authentication } = await shownService(service)
        writeFields({
          id: service.id,
          name: service.name,
          address,
          topic: service.topic,
          authentication,
          trust: service.ca === null ? "the system's authorities" : 'its own certificate authority',
          feedback: service.feedback,
          'pushes a second': service.maxPerSecond ?? 'no limit',
          devices: `${devices} (${active} active)`,
          created: shownTime(service.createdAt),
          updated: shownTime(service.updatedAt),
        })
      }),
    )
}

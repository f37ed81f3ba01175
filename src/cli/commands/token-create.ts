import { Command, Option } from 'commander'
import type { Scope } from '../../app/index.js'
import { instant } from '../arguments.js'
import { operator } from '../operator.js'
import { withApp } from '../session.js'
import { writeJson, writeLine, writeNote } from '../terminal.js'

/** What it may be allowed, in words. */
const scopes: Readonly<Record<Scope, string>> = {
  'devices:register': 'register devices',
  devices: 'all of devices',
  push: 'push',
  services: 'change services',
  admin: 'everything',
}

interface Options {
  scope: Scope[]
  expires?: number
  json?: true
}

/** `token create NAME`. */
export function tokenCreateCommand(): Command {
  return new Command('create')
    .description('make a token for the v1 API; its secret is printed once, and can not be had again')
    .argument('<name>', 'what it is for, 1 to 150 characters')
    .addOption(
      new Option(
        '--scope <scope...>',
        Object.entries(scopes)
          .map(([scope, words]) => `${scope}: ${words}`)
          .join('; '),
      )
        .choices(Object.keys(scopes))
        .makeOptionMandatory(),
    )
    .addOption(
      new Option(
        '--expires <when>',
        'seconds since 1970, an ISO 8601 time or an offset such as +90d (default: never)',
      ).argParser(instant),
    )
    .option('--json', 'print the token with its secret as JSON')
    .action((name: string, { scope, expires, json }: Options, command: Command) =>
      withApp(command, async (app) => {
        const { token, secret } = await app.tokens.create(
          {
            ...{ name, scopes: scope },
            expiresAt: expires === undefined ? null : expires * 1000,
          },
          operator(),
        )
        if (json) return writeJson({ ...token, secret })
        writeLine(secret)
        writeNote(`Token ${token.name} made with id ${token.id}; the line above is not shown again`)
      }),
    )
}

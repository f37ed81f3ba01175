import type { Command } from 'commander'
import { PushError } from '../base/index.js'

/**
 * Fields that users of the command line know by another name than users of the library do. Of several options the one
 * that was given is meant, else the first.
 */
const optionNames: Readonly<Record<string, readonly string[]>> = {
  p8: ['keyFile'],
  certificate: ['certificateFile', 'p12File'],
  privateKey: ['privateKeyFile', 'p12File'],
  p12: ['p12File'],
  passphrase: ['passphraseStdin'],
  ca: ['caFile'],
  customPayload: ['extra'],
  chunkSize: ['batchSize'],
  unseenDays: ['unseen'],
  inactiveDays: ['inactive'],
  localTime: ['atLocal'],
  expiresAt: ['expires'],
}

/**
 * The same error in the words of the command line: `collapseId: ...` becomes `--collapse-id: ...`, and `needs cascade`
 * becomes `needs --cascade`.
 */
export function inWordsOfOptions(error: unknown, command: Command): unknown {
  if (!(error instanceof PushError) || error.field === undefined) return error
  const { code, message } = error
  // Of a path such as `where.and[1]` the first word is the option.
  const field = error.field.split(/[.[]/, 1)[0]!
  const flag = flagOf(optionNames[field] ?? [field], command)
  const place =
    flag === undefined ? -1 : message.search(new RegExp(`^${field}(?=[:.[])|(?<=needs )${field}\\b`))
  if (flag === undefined || place === -1) return error
  const said = message.slice(0, place) + flag + message.slice(place + field.length)
  return new PushError(code, said, { field: flag, cause: error })
}

/** An option of the command or of those above it. */
function flagOf(names: readonly string[], command: Command): string | undefined {
  const given = command.optsWithGlobals()
  const name = names.find((one) => given[one] !== undefined) ?? names[0]
  for (let owner: Command | null = command; owner !== null; owner = owner.parent) {
    const option = owner.options.find((one) => one.attributeName() === name)
    if (option?.long != null) return option.long
  }
  return undefined
}

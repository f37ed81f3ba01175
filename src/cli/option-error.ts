import type { Command } from 'commander'
import { PushError } from '../base/index.js'

/** Fields that users of the command line know by another name than users of the library do. */
const optionNames: Readonly<Record<string, string>> = {
  p8: 'keyFile',
  certificate: 'certificateFile',
  privateKey: 'privateKeyFile',
  p12: 'p12File',
  ca: 'caFile',
  customPayload: 'extra',
  chunkSize: 'batchSize',
}

/** The same error in the words of the command line: `collapseId: ...` becomes `--collapse-id: ...`. */
export function inWordsOfOptions(error: unknown, command: Command): unknown {
  if (!(error instanceof PushError) || error.field === undefined) return error
  const { code, field, message } = error
  const name = optionNames[field] ?? field
  const flag = command.options.find((option) => option.attributeName() === name)?.long
  if (flag == null || !message.startsWith(`${field}:`)) return error
  return new PushError(code, flag + message.slice(field.length), { field: flag, cause: error })
}

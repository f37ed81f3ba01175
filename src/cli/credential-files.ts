import type { ServiceInput } from '../app/index.js'
import { readGivenFile, readGivenText } from './given-file.js'
import { readSecret } from './terminal.js'
import { wrongUse } from './wrong-use.js'

/** The options of `service add` that say what to authenticate with. */
export interface CredentialOptions {
  keyFile?: string
  keyId?: string
  teamId?: string
  certificateFile?: string
  privateKeyFile?: string
  p12File?: string
  passphraseStdin?: true
}

type Credential = Pick<ServiceInput, 'key' | 'certificate' | 'p12'>

/** Reads the files that the options name. What is in them is checked where the service is made. */
export async function readCredential(options: CredentialOptions): Promise<Credential> {
  const { keyFile, certificateFile, p12File } = options
  if ([keyFile, certificateFile, p12File].filter((file) => file !== undefined).length !== 1)
    throw wrongUse('--key-file', 'give exactly one of --key-file, --certificate-file and --p12-file')
  if (keyFile !== undefined) return await keyCredential(keyFile, options)
  if (options.keyId !== undefined || options.teamId !== undefined)
    throw wrongUse('--key-id', '--key-id and --team-id go with --key-file only')
  if (certificateFile !== undefined) return await certificateCredential(certificateFile, options)
  const file = await readGivenFile('--p12-file', p12File!)
  return { p12: { file, ...(await passphrase(options, true)) } }
}

async function keyCredential(file: string, { keyId, teamId }: CredentialOptions): Promise<Credential> {
  if (keyId === undefined) throw wrongUse('--key-id', '--key-file needs --key-id')
  if (teamId === undefined) throw wrongUse('--team-id', '--key-file needs --team-id')
  return { key: { p8: await readGivenText('--key-file', file), keyId, teamId } }
}

async function certificateCredential(file: string, options: CredentialOptions): Promise<Credential> {
  const certificate = await readGivenText('--certificate-file', file)
  const keyFile = options.privateKeyFile
  const privateKey = keyFile === undefined ? undefined : await readGivenText('--private-key-file', keyFile)
  const isEncrypted = /ENCRYPTED/.test(privateKey ?? certificate)
  return {
    certificate: {
      certificate,
      ...(privateKey !== undefined && { privateKey }),
      ...(await passphrase(options, isEncrypted)),
    },
  }
}

/** From standard input if it is said, else asked for where one is needed and someone is there to ask. */
async function passphrase(options: CredentialOptions, isNeeded: boolean): Promise<{ passphrase?: string }> {
  const fromStdin = options.passphraseStdin ?? false
  if (!fromStdin && !(isNeeded && process.stdin.isTTY)) return {}
  return { passphrase: await readSecret('Passphrase of the private key', '--passphrase-stdin', fromStdin) }
}

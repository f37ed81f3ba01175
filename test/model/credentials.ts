import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const read = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8')

/** A certificate like Apple's, with an RSA key. */
export const apple = { certificate: read('apple-like.crt'), privateKey: read('apple-like.key') }
/** A certificate without Apple's extensions, with an elliptic key (SEC 1 form, its parameters in front). */
export const elliptic = { certificate: read('elliptic.crt'), privateKey: read('elliptic.key') }

/** An RSA key encrypted with RC2, which OpenSSL 3 keeps for old files only; the passphrase is `abc`. */
export const oldCipherKey = read('rc2.key')

/** One key in all forms in which people have it. */
export function formsOf(pem: string, passphrase: string) {
  const key = createPrivateKey(pem)
  const own = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1'
  const cipher = 'aes-256-cbc'
  const text = (options: object) => key.export({ format: 'pem', ...options } as never) as unknown as string
  return {
    plain: [text({ type: own }), text({ type: 'pkcs8' })],
    encrypted: [
      text({ type: 'pkcs8', cipher, passphrase }),
      text({ type: own, cipher, passphrase }),
      text({ type: own, cipher: 'des-ede3-cbc', passphrase }),
    ],
  }
}

/** The text of a `.p8` file. */
export function newP8(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ format: 'pem', type: 'pkcs8' }) as string
}

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { apple, newP8 } from '../../model/credentials.js'
import { addService, describeStore } from '../describe-store.js'

describeStore('secrets at rest', (context) => {
  test('no key and no passphrase stands in any file in the clear', async () => {
    const { store, folder } = context
    const p8 = newP8()
    const passphrase = 'correct horse battery staple'
    const key = { p8, keyId: 'ABC123DEFG', teamId: 'DEF123GHIJ' }
    const certificate = { certificate: `${apple.certificate}${apple.privateKey}`, passphrase }
    await addService(store, { name: 'a', credential: { kind: 'key', key } })
    await addService(store, { name: 'b', credential: { kind: 'certificate', certificate } })
    const secrets = [passphrase, ...[p8, apple.privateKey].flatMap((pem) => pem.split('\n').slice(1, 3))]
    const filesWith = (text: string) =>
      readdirSync(folder).filter((name) => readFileSync(join(folder, name)).includes(text))

    // What is in the write-ahead log first comes into the file itself when the last connection closes.
    expect(filesWith('DEF123GHIJ')).toEqual(['store.sqlite-wal'])
    for (const secret of secrets) expect(filesWith(secret)).toEqual([])
    await store.close()
    expect(filesWith('DEF123GHIJ')).toEqual(['store.sqlite'])
    for (const secret of secrets) expect(filesWith(secret)).toEqual([])
    expect(filesWith(apple.certificate.split('\n')[1]!)).toEqual(['store.sqlite'])
  })
})

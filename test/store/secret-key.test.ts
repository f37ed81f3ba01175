import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openStore } from '../../src/store/index.js'
import { addService, describeStore } from './describe-store.js'

const base64Key = () => randomBytes(32).toString('base64')

describeStore('the secret key', (context) => {
  test('is made beside the file on the first start, for its owner only, and kept', async () => {
    const file = join(context.folder, 'secret.key')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const text = readFileSync(file, 'utf8')
    expect(Buffer.from(text, 'base64')).toHaveLength(32)
    const { id } = await addService(context.store)
    const again = await context.reopen()
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(await again.services.credential(id)).toEqual(await context.store.services.credential(id))
    expect(readdirSync(context.folder).filter((name) => name.startsWith('secret'))).toEqual(['secret.key'])
  })

  test('may be given instead; then no file is made', async () => {
    const folder = join(context.folder, 'other')
    const secretKey = base64Key()
    const store = await openStore({ database: join(folder, 'store.sqlite'), secretKey })
    await store.close()
    expect(existsSync(join(folder, 'store.sqlite'))).toBe(true)
    expect(existsSync(join(folder, 'secret.key'))).toBe(false)
  })

  test('another one opens nothing, and says which key is needed', async () => {
    const { id } = await addService(context.store)
    const other = await context.reopen(base64Key())
    await expect(other.services.credential(id)).rejects.toMatchObject({
      code: 'PUSH_ERR_SECRET_UNSEAL',
      message: expect.stringMatching(/sealed with the key .{8}, and the key in use is .{8}/),
    })
    expect(await other.services.get(id)).toMatchObject({ keyId: 'ABC123DEFG' })
  })

  test.each([
    ['31 bytes', randomBytes(31).toString('base64')],
    ['33 bytes', randomBytes(33).toString('base64')],
    ['nothing', ''],
    ['no base64', 'not base64, but long enough to decode to many bytes'],
  ])('%s is no key; the message does not show it', async (_, secretKey) => {
    const message = expect.stringMatching(
      /^secretKey: it is not the base64 of 32 bytes; make one with: openssl rand/,
    )
    await expect(context.reopen(secretKey)).rejects.toMatchObject({
      code: 'PUSH_ERR_SECRET_KEY_INVALID',
      message,
    })
  })

  test('a file that holds none, or can not be read, is named', async () => {
    for (const spoil of [(file: string) => writeFileSync(file, 'short'), (file: string) => mkdirSync(file)]) {
      const folder = join(context.folder, spoil.toString().length.toString())
      mkdirSync(folder)
      spoil(join(folder, 'secret.key'))
      await expect(openStore({ database: join(folder, 'store.sqlite') })).rejects.toMatchObject({
        code: 'PUSH_ERR_SECRET_KEY_INVALID',
        message: expect.stringContaining(join(folder, 'secret.key')),
      })
    }
  })
})

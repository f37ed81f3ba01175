import { expect, test } from 'vitest'
import { configDefaults, redactConfig } from '../../src/config/index.js'

const secretKey = Buffer.alloc(32, 7).toString('base64')

test('secrets and the password of the database are masked, the rest is as it was', () => {
  const database = 'postgres://me:p@ss:word@db.example/x'
  const config = { ...configDefaults, secretKey, database, port: 1 }
  expect(redactConfig(config)).toEqual({
    ...configDefaults,
    port: 1,
    secretKey: '[redacted]',
    database: 'postgres://me:[redacted]@db.example/x',
  })
  expect(config.secretKey).toBe(secretKey)
})

test('a database without a password is shown as it is', () => {
  for (const database of ['postgres://db/x', 'postgres://me@db/x'])
    expect(redactConfig({ ...configDefaults, secretKey, database }).database).toBe(database)
  expect(redactConfig(configDefaults)).toEqual(configDefaults)
})

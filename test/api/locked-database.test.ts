import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { startApi, token } from './start-api.js'

test('a database that another process keeps locked: 503 with Retry-After, and afterwards as ever', async () => {
  const api = await startApi()
  const other = new Database(api.file)
  other.exec('begin immediate')
  const register = () => api.form('POST', 'device/', `token=${token}&service=${api.serviceId}`)
  const refused = await register()
  expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': '5' } })
  expect(refused.json.error).toMatch(/^The database can not be used at the moment; nothing was changed/)
  other.exec('commit')
  other.close()
  expect(await register()).toMatchObject({ status: 201 })
})

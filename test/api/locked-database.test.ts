import Database from 'better-sqlite3'
import { expect, test } from 'vitest'
import { startApi } from './start-api.js'

test('a database that another process keeps locked: 503 with Retry-After, and later as ever', async () => {
  await using api = await startApi()
})

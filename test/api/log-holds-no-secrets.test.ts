import { expect, test } from 'vitest'
import { createLogger } from '../../src/api/index.js'
import { basic, createUser, startApi } from './start-api.js'

function collect(level: string) {
  const lines: string[] = []
  return { lines, logger: createLogger(level, { write: (line: string) => void lines.push(line) }) }
}

test('at level trace every answer is logged, without headers and bodies', async () => {
  const { lines, logger } = collect('trace')
  const api = await startApi({ authentication: 'AuthBasic', logger })
  await createUser(api.store)
  const headers = basic('Aladdin', 'open sesame')
  const body = `token=abcd&service=${api.serviceId}&platform=hush`
  expect((await api.form('POST', 'device/', body, headers)).status).toBe(201)
  expect((await api.form('POST', 'device/', `${body}&x=%ff`, headers)).status).toBe(400)
  await api.store.close()
  expect((await api.form('POST', 'device/', body, headers)).status).toBe(500)
  const text = lines.join('')
  expect(text).not.toMatch(/open sesame|QWxhZGRpbjpvcGVuIHNlc2FtZQ|authorization|hush/i)
  const answers = lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'answered')
  expect(answers.map(({ req, res }) => [req, res.statusCode])).toEqual(
    [201, 400, 500].map((status) => [{ method: 'POST', url: '/ios-notifications/device/' }, status]),
  )
})

test('at level info requests are not logged, only what goes wrong here', async () => {
  const { lines, logger } = collect('info')
  const api = await startApi({ logger })
  await api.register()
  await api.call('GET', 'none/')
  expect(lines).toEqual([])
  await api.store.close()
  await api.register()
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { msg: 'a request failed', err: { code: 'PUSH_ERR_CLOSED', stack: expect.any(String) } },
  ])
})

test('an authentication that is not valid is said once, at the start', async () => {
  const { lines, logger } = collect('info')
  const api = await startApi({ authentication: 'hush', logger })
  await api.call('GET', 'device/')
  await api.call('GET', 'device/')
  expect(lines).toHaveLength(1)
  expect(lines[0]).toContain('AuthNone, AuthBasic, AuthBasicIsStaff')
  expect(lines[0]).not.toContain('hush')
})

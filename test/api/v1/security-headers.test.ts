import { expect, test } from 'vitest'
import { startAccess } from './access-scene.js'

const headers = {
  'content-security-policy': "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
}

test('answers and problems of the API let a browser load nothing, and nobody frame them', async () => {
  const { ask, bearer } = await startAccess()
  for (const answer of [
    await ask('GET', '/services', await bearer('push')),
    await ask('GET', '/services'),
    await ask('GET', '/nothing'),
    await ask('GET', '/openapi.json'),
  ]) {
    expect(answer.headers).toMatchObject(headers)
    expect(answer.headers).not.toHaveProperty('strict-transport-security')
  }
})

test('the page that describes it may load its own files, and nothing from elsewhere', async () => {
  const { server } = await startAccess()
  const page = await server.app.inject('/api/docs/')
  expect(page.statusCode).toBe(200)
  const policy = String(page.headers['content-security-policy'])
  expect(policy).toContain("script-src 'self'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('http')
})

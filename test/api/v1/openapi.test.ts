import { readFileSync } from 'node:fs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { startApi } from '../start-api.js'

// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is looked at in many places.
type Any = any

/** Every operation with its place. */
function operationsOf(document: Any): { place: string; operation: Any }[] {
  return Object.entries<Any>(document.paths).flatMap(([path, item]) =>
    Object.entries<Any>(item).map(([method, operation]) => ({ place: `${method} ${path}`, operation })),
  )
}

/** What has no limit within a schema, by its place. */
function unlimited(schema: Any, place: string, document: Any): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if (typeof schema.$ref === 'string')
    return place.split('>').includes(schema.$ref)
      ? []
      : unlimited(
          schema.$ref
            .slice(2)
            .split('/')
            .reduce((at: Any, name: string) => at[name], document),
          `${place}>${schema.$ref}>`,
          document,
        )
  const faults: string[] = []
  const bounded = schema.enum !== undefined || schema.const !== undefined || schema.format === 'date-time'
  if (schema.type === 'string' && schema.maxLength === undefined && !bounded) faults.push(place)
  if (schema.type === 'array' && schema.maxItems === undefined) faults.push(place)
  if (/integer|number/.test(schema.type) && (schema.minimum === undefined || schema.maximum === undefined))
    faults.push(place)
  if (schema.type === 'object' && schema.additionalProperties === undefined) faults.push(place)
  const inner = [
    ...Object.entries(schema.properties ?? {}).map(([name, it]) => [it, `${place}.${name}`] as const),
    ...['anyOf', 'allOf', 'oneOf'].flatMap((key) =>
      (schema[key] ?? []).map((it: Any, n: number) => [it, `${place}.${key}[${n}]`] as const),
    ),
    [schema.items, `${place}[]`] as const,
    [schema.additionalProperties, `${place}.*`] as const,
  ]
  return [...faults, ...inner.flatMap(([it, where]) => unlimited(it, where, document))]
}

test('the document is valid OpenAPI 3.1, and the one that is committed', async () => {
  const { server } = await startApi()
  const response = await server.app.inject('/api/v1/openapi.json')
  const document = response.json()
  expect(document.openapi).toBe('3.1.0')
  expect(await new Validator().validate(document)).toMatchObject({ valid: true })
  // `npm run docs` writes it.
  expect(document).toEqual(JSON.parse(readFileSync('docs/openapi.json', 'utf8')))
})

test('every route has a name of its own, a summary, a tag, who may use it, and what it may answer', async () => {
  const { server } = await startApi()
  const operations = operationsOf((await server.app.inject('/api/v1/openapi.json')).json())
  expect(operations.length).toBeGreaterThan(10)
  const ids = operations.map(({ operation }) => operation.operationId)
  expect(new Set(ids).size).toBe(operations.length)
  for (const { place, operation } of operations) {
    expect(operation, place).toMatchObject({
      operationId: expect.stringMatching(/^[a-z][A-Za-z]+$/),
      summary: expect.any(String),
      tags: [expect.any(String)],
      security: expect.any(Array),
    })
    expect(
      Object.keys(operation.responses).some((status) => status.startsWith('2')),
      place,
    ).toBe(true)
    expect(operation.responses, place).toMatchObject({ 400: {}, 500: {}, 503: {} })
  }
})

test('every string, number and list of a request has a limit, every object refuses unknown fields', async () => {
  const { server } = await startApi()
  const document = (await server.app.inject('/api/v1/openapi.json')).json()
  const faults = operationsOf(document).flatMap(({ place, operation }) => [
    ...(operation.parameters ?? []).flatMap((it: Any) =>
      unlimited(it.schema, `${place} ${it.name}`, document),
    ),
    ...Object.entries<Any>(operation.requestBody?.content ?? {}).flatMap(([type, it]) =>
      /json$/.test(type) && !/ndjson/.test(type) ? unlimited(it.schema, `${place} body`, document) : [],
    ),
  ])
  expect(faults).toEqual([])
})

test('the page to read it comes from this server alone, under a strict policy', async () => {
  const { server } = await startApi()
  for (const path of ['/api/docs', '/api/docs/']) {
    const page = await server.app.inject(path)
    expect(page).toMatchObject({ statusCode: 200 })
    expect(page.headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self';/)
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!)
    expect(files.length).toBeGreaterThan(4)
    for (const file of files) {
      const url = new URL(file, `http://localhost${path}`)
      expect(url.host).toBe('localhost')
      expect(await server.app.inject(url.pathname), file).toMatchObject({ statusCode: 200 })
    }
  }
})

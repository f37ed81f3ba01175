/** What is used of a JSON Schema. */
export interface Schema {
  $ref?: string
  type?: string
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
}

/** A route, with what it takes. */
export interface Operation {
  id: string
  method: string
  /** With `{name}` for each parameter. */
  path: string
  parameters: { name: string; in: string; schema: Schema }[]
  /** By content type. */
  bodies: Record<string, Schema>
  /** Statuses that are described. */
  statuses: string[]
  /** Whether it answers with a stream that may not end. */
  isEventStream: boolean
}

/** An OpenAPI document, as far as requests are made from it. */
export class OpenApi {
  readonly operations: Operation[]
  // biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document is looked at in many places.
  readonly #document: any

  // biome-ignore lint/suspicious/noExplicitAny: see above.
  constructor(document: any) {
    this.#document = document
    // biome-ignore lint/suspicious/noExplicitAny: see above.
    this.operations = Object.entries<any>(document.paths).flatMap(([path, item]) =>
      // biome-ignore lint/suspicious/noExplicitAny: see above.
      Object.entries<any>(item).map(([method, operation]) => ({
        id: operation.operationId,
        method: method.toUpperCase(),
        path,
        parameters: operation.parameters ?? [],
        bodies: Object.fromEntries(
          Object.entries<{ schema?: Schema }>(operation.requestBody?.content ?? {}).map(([type, it]) => [
            type,
            it.schema ?? {},
          ]),
        ),
        statuses: Object.keys(operation.responses),
        isEventStream: Object.values<{ content?: object }>(operation.responses).some((it) =>
          Object.keys(it.content ?? {}).includes('text/event-stream'),
        ),
      })),
    )
  }

  /** What a reference within the document means. */
  resolve(reference: string): Schema {
    return reference
      .slice(2)
      .split('/')
      .reduce((at, name) => at[name], this.#document)
  }
}

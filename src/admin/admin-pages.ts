import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** What `scripts/build.mjs` makes of admin/web/: from here as well as from dist/ the same folder. */
const builtPages = fileURLToPath(new URL('../../dist/admin/web/', import.meta.url))
/** What stands in the page for the nonce; see admin/web/vite.config.ts. */
const noncePlaceholder = '__NONCE__'
/** The names of the files say what is in them. */
const ASSET_MAX_AGE_S = 31_536_000

/** What the pages may load and do: our own files and our own API. Scripts need the nonce, and so do styles that scripts add. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** Beside the policy: nobody guesses types, frames the pages, holds their window or learns from where a link came. */
const securityHeaders = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const

/**
 * The web admin as a Fastify plugin: `app.register(adminPages, { prefix: '/admin' })`. The pages are built for that path, and for an API at
 * `/api/v1` of the same server. Whoever may sign in there may use them; the files themselves are no secret.
 */
export async function adminPages(app: FastifyInstance): Promise<void> {
  const page = existsSync(`${builtPages}index.html`)
    ? readFileSync(`${builtPages}index.html`, 'utf8').split(noncePlaceholder)
    : undefined
  app.addHook('onRequest', (_request, reply, done) => {
    reply.headers(securityHeaders)
    done()
  })
  if (page === undefined) {
    app.get('/*', (_request, reply) => reply.code(404).type('text/plain').send(notBuilt))
    return
  }
  await app.register(fastifyStatic, {
    root: `${builtPages}assets/`,
    prefix: '/assets/',
    // Made by the build: nothing is compressed while somebody waits.
    preCompressed: true,
    maxAge: ASSET_MAX_AGE_S * 1000,
    immutable: true,
    index: false,
    decorateReply: false,
  })
  // The pages have paths of their own, which only the script knows.
  app.get('/*', (_request, reply) => {
    const nonce = randomBytes(16).toString('base64')
    return reply
      .header('content-security-policy', contentSecurityPolicy(nonce))
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(page.join(nonce))
  })
  app.get('', (_request, reply) => reply.redirect(`${app.prefix}/`))
}

const notBuilt = 'The admin has not been built: run `npm run build`, and start the server again.\n'

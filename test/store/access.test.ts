import { expect, test } from 'vitest'
import type { NewAuditEntry, Scope } from '../../src/model/index.js'
import { describeStore, type StoreContext } from './describe-store.js'

const ann = {
  username: 'ann',
  email: '',
  isActive: true,
  isStaff: true,
  isSuperuser: false,
  passwordHash: 'old',
}
const hour = 3_600_000

function newToken(tokenHash: string, userId: number | null = null) {
  return {
    name: 'backend',
    scopes: ['push'] as Scope[],
    userId,
    createdBy: 'ann',
    expiresAt: null,
    tokenHash,
  }
}

function newSession(tokenHash: string, userId: number) {
  return { userId, passwordHash: 'old', address: '192.0.2.1', userAgent: 'Browser', tokenHash }
}

describeStore('API tokens', (context: StoreContext) => {
  test('a token is found by its hash with its owner, and never shows the hash', async () => {
    const { apiTokens, users } = context.store
    const { id } = await users.create(ann, 1)
    const token = await apiTokens.create(newToken('a', id), 1000)
    const kept = { id: 1, name: 'backend', scopes: ['push'], userId: id, createdBy: 'ann', createdAt: 1000 }
    expect(token).toEqual({ ...kept, expiresAt: null, lastUsedAt: null, revokedAt: null })
    const { username, isActive, isStaff, isSuperuser } = ann
    expect(await apiTokens.findByHash('a')).toEqual({
      token,
      owner: { username, isActive, isStaff, isSuperuser },
    })
    await apiTokens.create(newToken('b'), 1000)
    expect(await apiTokens.findByHash('b')).toMatchObject({ token: { id: 2 }, owner: null })
    expect(await apiTokens.findByHash('c')).toBeUndefined()
    expect(await apiTokens.list({ after: 1 })).toMatchObject([{ id: 2 }])
    await apiTokens.noteUse(1, 5000)
    expect(await apiTokens.get(1)).toEqual({ ...token, lastUsedAt: 5000 })
  })

  test('revoking twice keeps the first time', async () => {
    const { apiTokens } = context.store
    await apiTokens.create(newToken('a'), 1000)
    expect(await apiTokens.revoke(1, 2000)).toMatchObject({ revokedAt: 2000 })
    expect(await apiTokens.revoke(1, 3000)).toMatchObject({ revokedAt: 2000 })
    await expect(apiTokens.revoke(9, 3000)).rejects.toMatchObject({ code: 'PUSH_ERR_TOKEN_NOT_FOUND' })
    await expect(apiTokens.create(newToken('b', 9), 1)).rejects.toMatchObject({
      code: 'PUSH_ERR_USER_NOT_FOUND',
    })
  })
})

describeStore('sessions', (context: StoreContext) => {
  test('a session is found with its user, replaced by the next, and removed by its own user only', async () => {
    const { sessions, users } = context.store
    const user = await users.create(ann, 1)
    const other = await users.create({ ...ann, username: 'bob' }, 1)
    const first = await sessions.create(newSession('a', user.id), 1000)
    expect(await sessions.findByHash('a')).toEqual({ session: first, user })
    const second = (await sessions.create({ ...newSession('b', user.id), replaced: 'a' }, 2000))!
    expect(await sessions.findByHash('a')).toBeUndefined()
    expect(await sessions.list(user.id)).toEqual([second])
    expect(await sessions.remove(second.id, other.id)).toBe(false)
    expect(await sessions.remove(second.id, user.id)).toBe(true)
    expect(await sessions.findByHash('b')).toBeUndefined()
  })

  test('a new password ends the sessions of the user, and of nobody else', async () => {
    const { sessions, users } = context.store
    const user = await users.create(ann, 1)
    const other = await users.create({ ...ann, username: 'bob' }, 1)
    await sessions.create(newSession('a', user.id), 1000)
    await sessions.create(newSession('b', other.id), 1000)
    await users.setPasswordHash(user.id, 'new')
    expect(await sessions.findByHash('a')).toBeUndefined()
    expect(await sessions.findByHash('b')).toBeDefined()
  })

  test('whose password or state has changed since gets none, and what was to be replaced stays', async () => {
    const { sessions, users } = context.store
    const { id } = await users.create(ann, 1)
    await users.setPasswordHash(id, 'new')
    const first = await sessions.create({ ...newSession('a', id), passwordHash: 'new' }, 1000)
    expect(await sessions.create({ ...newSession('b', id), replaced: 'a' }, 2000)).toBeUndefined()
    expect(await sessions.list(id)).toEqual([first])
    await users.change(id, (user) => ({ ...user, isActive: false }))
    expect(await sessions.create({ ...newSession('c', id), passwordHash: 'new' }, 3000)).toBeUndefined()
    await users.remove(id)
    expect(await sessions.create({ ...newSession('d', id), passwordHash: 'new' }, 4000)).toBeUndefined()
  })

  test('a deactivation ends them for good', async () => {
    const { sessions, users } = context.store
    const { id } = await users.create(ann, 1)
    await sessions.create(newSession('a', id), 1000)
    for (const isActive of [false, true]) await users.change(id, (user) => ({ ...user, isActive }))
    expect(await sessions.findByHash('a')).toBeUndefined()
  })

  test('what is over is pruned: 12 hours after the last use, 7 days after the beginning', async () => {
    const { sessions, users } = context.store
    const user = await users.create(ann, 1)
    const idle = (await sessions.create(newSession('a', user.id), 0))!
    await sessions.noteUse(idle.id, hour)
    const used = (await sessions.create(newSession('b', user.id), 0))!
    await sessions.noteUse(used.id, 2 * hour)
    await sessions.prune(13 * hour)
    expect(await sessions.list(user.id)).toMatchObject([{ id: used.id }])
    await sessions.noteUse(used.id, 7 * 24 * hour - 1)
    await sessions.prune(7 * 24 * hour - 1)
    expect(await sessions.list(user.id)).toHaveLength(1)
    await sessions.prune(7 * 24 * hour)
    expect(await sessions.list(user.id)).toEqual([])
  })
})

describeStore('the audit log', (context: StoreContext) => {
  const entry: NewAuditEntry = {
    ...{ via: 'token', who: 'backend', userId: null, tokenId: 1, operation: 'changeDevice', resource: '7' },
    ...{ fields: ['tags'], address: '192.0.2.1', userAgent: 'curl' },
  }

  test('an entry is pending until it is ended', async () => {
    const { auditLog } = context.store
    const id = await auditLog.begin(entry, 1000)
    expect(await auditLog.list({})).toEqual([{ ...entry, id, at: 1000, outcome: 'pending', status: null }])
    await auditLog.end(id, { outcome: 'done', status: 201, resource: '8' })
    expect(await auditLog.list({})).toMatchObject([{ outcome: 'done', status: 201, resource: '8' }])
  })

  test('the newest come first, by page and by filter; old ones are pruned', async () => {
    const { auditLog } = context.store
    for (let at = 1; at <= 3; at++) await auditLog.begin(entry, at * 1000)
    await auditLog.begin({ ...entry, who: 'ann', operation: 'createPush' }, 4000)
    const ids = async (...args: Parameters<typeof auditLog.list>) =>
      (await auditLog.list(...args)).map(({ id }) => id)
    expect(await ids({}, { limit: 2 })).toEqual([4, 3])
    expect(await ids({}, { after: 3 })).toEqual([2, 1])
    expect(await ids({ who: 'ann' })).toEqual([4])
    expect(await ids({ operation: 'changeDevice', since: 2000 })).toEqual([3, 2])
    expect(await auditLog.prune(3000, 1)).toBe(true)
    expect(await auditLog.prune(3000, 10)).toBe(true)
    expect(await auditLog.prune(3000, 10)).toBe(false)
    expect(await ids({})).toEqual([4, 3])
  })
})

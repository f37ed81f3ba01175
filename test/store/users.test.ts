import { expect, test } from 'vitest'
import { describeStore } from './describe-store.js'

const ann = { username: 'ann', email: 'a@b.c', isActive: true, isStaff: true, isSuperuser: false }

describeStore('users', (context) => {
  test('come back as they were stored; the hash only to who signs in', async () => {
    const { store } = context
    const user = await store.users.create({ ...ann, passwordHash: '$argon2id$x' }, 1000)
    expect(user).toEqual({ ...ann, id: 1, createdAt: 1000 })
    expect(await store.users.get(1)).toEqual(user)
    expect(await store.users.list()).toEqual([user])
    expect(await store.users.findByUsername('ann')).toEqual({ user, passwordHash: '$argon2id$x' })
    expect(await store.users.findByUsername('Ann')).toBeUndefined()
    expect(await store.users.get(2)).toBeUndefined()
  })

  test('a name is taken once', async () => {
    const { store } = context
    await store.users.create({ ...ann, passwordHash: '' }, 1)
    await expect(store.users.create({ ...ann, passwordHash: '' }, 1)).rejects.toMatchObject({
      code: 'PUSH_ERR_USER_EXISTS',
      message: 'username: there is a user named "ann" already; use another name',
    })
  })

  test('a password is replaced', async () => {
    const { store } = context
    const { id } = await store.users.create({ ...ann, passwordHash: 'old' }, 1)
    await store.users.setPasswordHash(id, 'new')
    expect(await store.users.findByUsername('ann')).toMatchObject({ passwordHash: 'new' })
    await expect(store.users.setPasswordHash(7, 'new')).rejects.toMatchObject({
      code: 'PUSH_ERR_USER_NOT_FOUND',
    })
  })
})

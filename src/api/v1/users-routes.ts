import { type Static, Type } from 'typebox'
import type { User } from '../../model/index.js'
import { userNotFound } from '../../resources/index.js'
import { DeviceSchema, shownDevice } from './devices-schemas.js'
import { requireMatch } from './entity-tag.js'
import { Id, ListOf, listed, orderedFields, orderedPageOf, PageQuery, pageOf } from './list.js'
import { problems } from './problem.js'
import type { V1, V1Context } from './route.js'
import { PasswordSchema, shownUser, UserChangeSchema, UserInputSchema, UserSchema } from './users-schemas.js'

const params = Type.Object({ user: Id }, { additionalProperties: false })
const tags = ['users']
const readers = ['devices', 'push', 'admin'] as const

/** `/users`: people whose devices are pushed to, and people who may use this API. */
export function usersRoutes(app: V1, { resources: { devices, users } }: V1Context): void {
  app.get(
    '/users',
    {
      config: { scope: readers },
      schema: {
        operationId: 'listUsers',
        tags,
        summary: 'Users, by id',
        querystring: Type.Object(
          {
            ...orderedFields,
            username: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 150,
                description: 'Only those whose name begins with it.',
              }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: ListOf(UserSchema), ...problems() },
      },
    },
    async ({ query }) => {
      const { username, ...rest } = query
      const page = orderedPageOf(rest)
      const found = await users.list({ ...page, ...(username !== undefined && { username }) })
      return listed(found, page, shownUser)
    },
  )

  app.post(
    '/users',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'createUser',
        tags,
        summary: 'Make a user',
        description: 'Without a password he can not sign in, and only has devices.',
        body: UserInputSchema,
        response: { 201: UserSchema, ...problems(409, 413, 415) },
      },
    },
    async ({ body: { password, username, ...traits } }, reply) => {
      const user = await users.create({
        username,
        ...(password !== undefined && { password }),
        ...traitsOf(traits),
      })
      return reply.code(201).header('location', `${app.prefix}/users/${user.id}`).send(shownUser(user))
    },
  )

  app.get(
    '/users/:user',
    {
      config: { scope: readers },
      schema: {
        operationId: 'getUser',
        tags,
        summary: 'A user',
        params,
        response: { 200: UserSchema, ...problems(404) },
      },
    },
    async ({ params: { user: id } }) => {
      const user = await users.get(id)
      if (user === undefined) throw userNotFound(id)
      return shownUser(user)
    },
  )

  app.patch(
    '/users/:user',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'changeUser',
        tags,
        summary: 'Change a user',
        description: 'Absent fields stay. `If-Match` refuses the change where somebody else was quicker.',
        params,
        body: UserChangeSchema,
        response: { 200: UserSchema, ...problems(404, 409, 412, 413, 415) },
      },
    },
    async (request) => {
      const { username, ...traits } = request.body
      const change = { ...(username !== undefined && { username }), ...traitsOf(traits) }
      const check = (current: User) => requireMatch(request, shownUser(current))
      return shownUser(await users.change(request.params.user, change, { check }))
    },
  )

  app.delete(
    '/users/:user',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'removeUser',
        tags,
        summary: 'Remove a user',
        description: 'Devices that are his stay, without him.',
        params,
        response: { 204: Type.Null({ description: 'He is gone.' }), ...problems(404, 412) },
      },
    },
    async (request, reply) => {
      const check = (current: User) => requireMatch(request, shownUser(current))
      await users.remove(request.params.user, { check })
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/users/:user/devices',
    {
      config: { scope: 'devices' },
      schema: {
        operationId: 'listDevicesOfUser',
        tags,
        summary: 'The devices of a user, by id',
        params,
        querystring: PageQuery,
        response: { 200: ListOf(DeviceSchema), ...problems(404) },
      },
    },
    async ({ params: { user: id }, query }) => {
      if ((await users.get(id)) === undefined) throw userNotFound(id)
      const page = pageOf(query)
      return listed(await devices.list({ user: id }, page), page, shownDevice)
    },
  )

  app.put(
    '/users/:user/password',
    {
      config: { scope: 'admin' },
      schema: {
        operationId: 'setPassword',
        tags,
        summary: 'Give a user another password',
        params,
        body: PasswordSchema,
        response: { 204: Type.Null({ description: 'It counts from now on.' }), ...problems(404, 413, 415) },
      },
    },
    async ({ params: { user }, body: { password } }, reply) => {
      await users.setPassword(user, password)
      return reply.code(204).send(null)
    },
  )
}

type Traits = Omit<Static<typeof UserChangeSchema>, 'username'>

/** In the words of the library. */
function traitsOf({ email, isActive, isStaff, isSuperuser }: Traits) {
  return {
    ...(email !== undefined && { email }),
    ...(isActive !== undefined && { active: isActive }),
    ...(isStaff !== undefined && { staff: isStaff }),
    ...(isSuperuser !== undefined && { superuser: isSuperuser }),
  }
}

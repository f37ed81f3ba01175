import { hashKey } from '@tanstack/react-query'
import { api, type Schemas, take, takeTagged } from '../../api/client'
import { queryClient } from '../../api/queries'
import { ifMatch, isOutdated, useEdited } from '../../components/edited'

/** A notification of the API, with the tag that a change of it sends back. */
export interface Stored {
  data: Schemas['Notification']
  etag: string | undefined
}

function load(notification: number, signal?: AbortSignal): Promise<Stored> {
  return takeTagged(
    api.GET('/api/v1/notifications/{notification}', {
      params: { path: { notification } },
      ...(signal && { signal }),
    }),
  )
}

/** A notification, to be changed: what somebody types is not overwritten by what is loaded anew. */
export function useNotification(id: number) {
  return useEdited(['notifications', id], (signal) => load(id, signal)).query
}

/** Stores a new one. */
export async function create(input: Schemas['NotificationInput']): Promise<number> {
  const { id } = await take(api.POST('/api/v1/notifications', { body: input }))
  void queryClient.invalidateQueries({ queryKey: ['notifications'] })
  return id
}

/**
 * Changes one, unless somebody else has changed what it says since it was loaded: then theirs comes back with `isTheirs`. That it was
 * pushed meanwhile is no such change.
 */
export async function change(
  stored: Stored,
  input: Schemas['NotificationChange'],
): Promise<Stored & { isTheirs: boolean }> {
  try {
    await patch(stored, input)
  } catch (error) {
    if (!isOutdated(error)) throw error
    const theirs = await load(stored.data.id)
    if (contentOf(theirs) !== contentOf(stored)) return { ...theirs, isTheirs: true }
    await patch(theirs, input)
  }
  void queryClient.invalidateQueries({ queryKey: ['notifications'] })
  return { ...(await load(stored.data.id)), isTheirs: false }
}

/** Removes one; pushes of it stay. */
export async function remove(notification: number): Promise<void> {
  await take(api.DELETE('/api/v1/notifications/{notification}', { params: { path: { notification } } }))
  void queryClient.invalidateQueries({ queryKey: ['notifications'] })
}

function patch({ data: { id }, etag }: Stored, body: Schemas['NotificationChange']) {
  return take(
    api.PATCH('/api/v1/notifications/{notification}', {
      params: { path: { notification: id } },
      body,
      headers: ifMatch(etag),
    }),
  )
}

function contentOf({ data }: Stored): string {
  return hashKey([{ ...data, lastSentAt: null }])
}

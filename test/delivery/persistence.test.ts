import { expect, test } from 'vitest'
import { openScene } from './scene.js'

test('an unstored notification is stored, or only its push, as the setting or the push says', async () => {
  for (const persistNotifications of [true, false]) {
    await using scene = await openScene({ persistNotifications })
    await scene.register(1)
    for (const persist of [undefined, true, false]) {
      const message = `persist ${persist}`
      const result = await scene.delivery.push(
        { serviceId: scene.service.id, message },
        persist === undefined ? {} : { persist },
      )
      const push = await scene.store.pushes.get(result.pushId)
      // What was sent is known either way.
      expect(push?.payload).toBe(JSON.stringify({ aps: { alert: message } }))
      const stored = (await scene.store.notifications.list()).notifications.find(
        (each) => each.message === message,
      )
      expect(push?.notificationId).toBe(stored?.id ?? null)
      expect(stored !== undefined).toBe(persist ?? persistNotifications)
      if (stored !== undefined) expect(stored.lastSentAt).not.toBeNull()
    }
  }
})

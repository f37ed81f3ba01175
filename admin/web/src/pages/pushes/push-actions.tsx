import { Button } from '@mantine/core'
import { useState } from 'react'
import { api, type Schemas, take } from '../../api/client'
import { queryClient } from '../../api/queries'
import { runAction, tell } from '../../components/action'
import { confirmed } from '../../components/confirm'
import { counted } from '../../components/counted'
import { useGo } from '../../components/use-go'
import { settledOf } from './push-state'
import { useReasons } from './use-reasons'

type Push = Schemas['Push']

/** What can be done with a push in its state. */
export function PushActions({ push }: { push: Push }) {
  const [isBusy, setBusy] = useState(false)
  const go = useGo()
  const { id, state, finishedAt, endingAs } = push
  const { data: reasons } = useReasons(push)
  const params = { path: { push: id } }
  const run = async (action: () => Promise<unknown>) => {
    setBusy(true)
    await runAction(action)
    await queryClient.invalidateQueries({ queryKey: ['pushes'] })
    setBusy(false)
  }
  const pause = () => run(() => take(api.POST('/api/v1/pushes/{push}/pause', { params, body: null })))
  const resume = () => run(() => take(api.POST('/api/v1/pushes/{push}/resume', { params })))
  const cancel = async () => {
    const left = push.audienceSize - settledOf(push)
    const isSure = await confirmed({
      title: `Cancel push ${id}?`,
      about: `Nothing more is sent. Those who have it keep it; ${counted(left, 'device has', 'devices have')} no outcome yet. It can’t be taken up again, but those left can be pushed to by a retry.`,
      action: 'Cancel the push',
      cancel: 'Keep it',
      isDangerous: true,
    })
    if (isSure) await run(() => take(api.POST('/api/v1/pushes/{push}/cancel', { params, body: null })))
  }
  const retry = async () => {
    const isSure = await confirmed({
      title: 'Push the same again to those who did not get it?',
      about:
        'A new push goes to devices that are unknown or unsent, or were rejected for a cause that may be over: not to dead tokens, nor to tokens of another app. Of the unknown ones, some may get it twice.',
      action: 'Retry',
    })
    if (!isSure) return
    await run(async () => {
      const made = await take(api.POST('/api/v1/pushes/{push}/retry', { params, body: null }))
      tell(`Push ${made.id} tries again.`)
      go(`/pushes/${made.id}`)
    })
  }
  const isEnding = endingAs !== null
  return (
    <>
      {finishedAt === null && state !== 'paused' && !isEnding && (
        <Button variant="default" loading={isBusy} onClick={() => void pause()}>
          Pause
        </Button>
      )}
      {state === 'paused' && !isEnding && (
        <Button loading={isBusy} onClick={() => void resume()}>
          Resume
        </Button>
      )}
      {finishedAt === null && !isEnding && (
        <Button variant="outline" color="red" loading={isBusy} onClick={() => void cancel()}>
          Cancel the push
        </Button>
      )}
      {finishedAt !== null && !isExpired(push) && reasons?.items.some(({ isRetried }) => isRetried) && (
        <Button variant="default" loading={isBusy} onClick={() => void retry()}>
          Retry failed
        </Button>
      )}
    </>
  )
}

/** Whether what it says is over: the API tries that no more. Zero means at once, which is no time. */
function isExpired({ expiration }: Push): boolean {
  return expiration !== null && expiration > 0 && expiration * 1000 <= Date.now()
}

import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { api, type Schemas, take } from '../../api/client'
import { queryClient } from '../../api/queries'
import { faultText, tell } from '../../components/action'
import { counted } from '../../components/counted'

/** Calls a feedback service, and says what came of it. */
export function CallButton({
  feedbackService: { id, name },
}: {
  feedbackService: Schemas['FeedbackService']
}) {
  const call = useMutation({
    mutationFn: () =>
      take(
        api.POST('/api/v1/feedback-services/{feedbackService}/call', {
          params: { path: { feedbackService: id } },
        }),
      ),
    onSuccess: async ({ deactivated }) => {
      tell(
        deactivated === 0
          ? `${name}: no device was deactivated; Apple has said nothing new of dead tokens.`
          : `${name}: ${counted(deactivated, 'device was', 'devices were')} deactivated.`,
      )
      await queryClient.invalidateQueries({ queryKey: ['feedback'] })
      await queryClient.invalidateQueries({ queryKey: ['devices'] })
    },
    onError: (error) => tell(faultText(error), 'failed'),
  })
  return (
    <Button
      size="xs"
      variant="default"
      aria-label={`Call ${name} now`}
      loading={call.isPending}
      onClick={() => call.mutate()}
    >
      Call now
    </Button>
  )
}

import { ApiError, api, type Schemas, take } from '../../api/client'
import { queryClient } from '../../api/queries'

/** Makes a schedule. It has no name that would make a second request harmless: where there is no answer, that is said. */
export async function makeSchedule(body: Schemas['ScheduleInput']): Promise<void> {
  try {
    await take(api.POST('/api/v1/schedules', { body }))
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 0) throw error
    throw new Error(
      'The server did not answer: the schedule may be made. Look at the schedules before you try again.',
    )
  } finally {
    void queryClient.invalidateQueries({ queryKey: ['schedules'] })
  }
}

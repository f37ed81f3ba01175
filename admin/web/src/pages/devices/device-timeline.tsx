import { Button, Group, SegmentedControl, Stack, Text, Timeline, Title } from '@mantine/core'
import {
  IconAlertTriangle,
  IconCheck,
  IconCircle,
  IconDeviceMobilePlus,
  IconPlayerPause,
  IconX,
} from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, take } from '../../api/client'
import { Loaded } from '../../components/loaded'
import { useGoOn } from '../../components/use-go-on'
import { TimelineItem, toneColors } from './timeline-item'
import { isTrouble, type TimelineEntry, type Tone, wordsOf } from './timeline-words'

const ENTRIES_A_PAGE = 30

const toneIcons: Record<Tone, typeof IconCheck> = {
  good: IconCheck,
  bad: IconX,
  off: IconPlayerPause,
  plain: IconCircle,
}

/** What happened to a device, the newest first. */
export function useTimeline(device: number) {
  const query = useInfiniteQuery({
    queryKey: ['devices', device, 'timeline'],
    queryFn: ({ pageParam: after, signal }) =>
      take(
        api.GET('/api/v1/devices/{device}/timeline', {
          params: {
            path: { device },
            query: { limit: ENTRIES_A_PAGE, ...(after !== undefined && { after }) },
          },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  })
  // Pages come in the order in which things were made; one that waits for its time belongs above what was made after it.
  const entries = query.data?.pages
    .flatMap(({ items }) => items)
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
  const { hasNextPage, isFetching, error, fetchNextPage } = query
  const goOn = useGoOn({
    about: String(device),
    pageSize: ENTRIES_A_PAGE,
    count: entries?.length,
    ...{ hasNextPage, isFetching, error, fetchNextPage },
  })
  return {
    ...goOn,
    data: entries,
    error,
    refetch: query.refetch,
    hasMore: hasNextPage,
    isLoading: isFetching,
  }
}

/** It answers why somebody did not get a push. */
export function DeviceTimeline({ timeline }: { timeline: ReturnType<typeof useTimeline> }) {
  const [which, choose] = useState('all')
  const { hasMore, isLoading, more } = timeline
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h4">
          Timeline
        </Title>
        <SegmentedControl
          size="xs"
          aria-label="What is shown of the timeline"
          data={[
            { value: 'all', label: 'Everything' },
            { value: 'trouble', label: 'What went wrong' },
          ]}
          value={which}
          onChange={choose}
        />
      </Group>
      <Loaded query={timeline}>
        {(entries) => {
          const shown = which === 'all' ? entries : entries.filter(isTrouble)
          return (
            <>
              {shown.length === 0 && <Text c="dimmed">Nothing has gone wrong{hasMore && ' so far'}.</Text>}
              <Timeline bulletSize={24} lineWidth={2} active={shown.length} role="list" aria-label="Timeline">
                {shown.map((entry) => {
                  const { tone } = wordsOf(entry)
                  const Icon = iconOf(entry, tone)
                  return (
                    <Timeline.Item
                      key={keyOf(entry)}
                      role="listitem"
                      bullet={<Icon size={14} aria-hidden />}
                      color={toneColors[tone]}
                    >
                      <TimelineItem entry={entry} />
                    </Timeline.Item>
                  )
                })}
              </Timeline>
              {hasMore && (
                <Button variant="default" onClick={more} loading={isLoading}>
                  Older entries
                </Button>
              )}
            </>
          )
        }}
      </Loaded>
    </Stack>
  )
}

function iconOf(entry: TimelineEntry, tone: Tone): typeof IconCheck {
  if (entry.kind === 'added') return IconDeviceMobilePlus
  return entry.kind === 'feedback' ? IconAlertTriangle : toneIcons[tone]
}

/** Two things of a kind do not happen to a device at the same moment. */
function keyOf(entry: TimelineEntry): string {
  if (entry.kind === 'push') return `push ${entry.push}`
  return entry.kind === 'feedback' ? `feedback ${entry.feedback}` : `${entry.kind} ${entry.at}`
}

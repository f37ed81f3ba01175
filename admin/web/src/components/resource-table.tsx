import { Button, Center, Group, Stack, Text } from '@mantine/core'
import { DataTable, type DataTableColumn } from 'mantine-datatable'
import type { ReactNode } from 'react'
import { Fault } from './fault'
import { useKeptFocus } from './kept-focus'
import type { Pages } from './use-pages'

interface ResourceTableProps<Item extends { id: number }> {
  /** What it lists, in the plural: `devices`. Its name for readers who do not see it. */
  name: string
  pages: Pages<Item>
  columns: DataTableColumn<Item>[]
  /** What to do where there is nothing yet. */
  empty: ReactNode
  /** Chosen rows; absent: rows can't be chosen. */
  selection?: { items: Item[]; choose: (items: Item[]) => void; labelOf: (item: Item) => string }
}

/** A list of the API as a table, with a button for more. The first column should hold a link to the page of the item. */
export function ResourceTable<Item extends { id: number }>({
  name,
  pages,
  columns,
  empty,
  selection,
}: ResourceTableProps<Item>) {
  const { items, error, hasMore, isLoadingMore, more, refetch } = pages
  useKeptFocus(isLoadingMore)
  if (items === undefined && error !== null)
    return <Fault error={error} retry={refetch} title={`The ${name} could not be loaded`} />
  if (items?.length === 0 && !hasMore)
    return (
      <Center py="xl">
        <Stack align="center" gap="sm">
          {empty}
        </Stack>
      </Center>
    )
  return (
    <Stack gap="sm">
      {error !== null && (
        <Fault error={error} retry={refetch} title={`The ${name} could not be loaded anew`} />
      )}
      <DataTable
        aria-label={name}
        withTableBorder
        horizontalSpacing={8}
        highlightOnHover
        records={items ?? []}
        // Room for what shows that it is being loaded.
        {...(items === undefined && { minHeight: 150 })}
        columns={columns}
        fetching={items === undefined}
        noRecordsText=""
        {...(selection && {
          selectedRecords: selection.items,
          onSelectedRecordsChange: selection.choose,
          getRecordSelectionCheckboxProps: (item: Item) => ({
            'aria-label': `Choose ${selection.labelOf(item)}`,
          }),
          allRecordsSelectionCheckboxProps: { 'aria-label': `Choose all ${name} that are shown` },
        })}
      />
      <Group justify="space-between">
        <Text size="sm" c="dimmed" role="status">
          {items === undefined
            ? 'Loading …'
            : `${items.length} shown${hasMore ? ', and there may be more' : ''}`}
        </Text>
        {hasMore && (
          <Button variant="default" onClick={more} loading={isLoadingMore}>
            More
          </Button>
        )}
      </Group>
    </Stack>
  )
}

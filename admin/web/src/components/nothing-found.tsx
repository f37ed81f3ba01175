import { Button, Text } from '@mantine/core'

/** What stands in place of a list in which nothing fits the filters. */
export function NothingFound({ what, clear }: { what: string; clear: () => void }) {
  return (
    <>
      <Text>No {what} fits these filters.</Text>
      <Button variant="default" onClick={clear}>
        Show all
      </Button>
    </>
  )
}

import { Button, Collapse, Group, Select, SimpleGrid, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { FilterPeriod } from '../../components/filter-period'
import { FilterSuggestion, FilterText } from '../../components/filter-text'
import { ServiceSelect } from '../../components/service-select'
import { UserSelect } from '../../components/user-select'
import { type FilterName, type Filters, moreFilters, searchOf } from './device-filters'

/** Reasons for which devices are inactive most often. */
const reasons = [
  'Unregistered',
  'BadDeviceToken',
  'DeviceTokenNotForTopic',
  'ExpiredToken',
  'operator',
  'import',
]

interface DeviceFilterBarProps {
  filters: Filters
  set: (name: FilterName, value: string | null) => void
  clear: () => void
}

/** What the list of devices can be filtered by. All of it must hold. */
export function DeviceFilterBar({ filters, set, clear }: DeviceFilterBarProps) {
  const more = moreFilters.filter((name) => filters[name] !== undefined)
  const [isOpen, { toggle }] = useDisclosure(more.length > 0)
  const text = (name: FilterName) => ({
    value: filters[name] ?? null,
    onChange: (value: string | null) => set(name, value),
  })
  const period = (name: FilterName) => ({
    value: filters[name],
    set: (value: string | null) => set(name, value),
  })
  return (
    <Stack gap="xs" mb="md" role="search" aria-label="Filter devices">
      <SimpleGrid cols={{ base: 2, md: 3, lg: 6 }} spacing="xs" verticalSpacing="xs">
        <FilterText
          label="Search"
          placeholder="Token, platform"
          description={filters.search === undefined ? undefined : meaningOf(filters.search)}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          leftSection={<IconSearch size={16} aria-hidden />}
          {...text('search')}
        />
        <ServiceSelect
          placeholder="any service"
          clearable
          value={filters.service === undefined ? null : Number(filters.service)}
          onChange={(service) => set('service', service === null ? null : String(service))}
        />
        <Select
          label="Active"
          placeholder="active or not"
          clearable
          clearButtonProps={{ 'aria-label': 'Active or not' }}
          data={[
            { value: 'yes', label: 'active' },
            { value: 'no', label: 'inactive' },
          ]}
          value={filters.active ?? null}
          onChange={(value) => set('active', value)}
        />
        <FilterPeriod
          label="Last notified"
          others={[
            { value: 'over30d', label: 'not for 30 days' },
            { value: 'never', label: 'never' },
          ]}
          {...period('lastNotified')}
        />
        <FilterPeriod label="Added" {...period('added')} />
        <FilterPeriod label="Deactivated" {...period('deactivated')} />
      </SimpleGrid>
      <Collapse expanded={isOpen} keepMounted={false}>
        <SimpleGrid cols={{ base: 2, md: 3, lg: 6 }} spacing="xs" verticalSpacing="xs">
          <UserSelect
            label="User"
            placeholder={filters.user === undefined ? 'any user' : ''}
            maxValues={1}
            value={filters.user === undefined ? [] : [Number(filters.user)]}
            onChange={([user]) => set('user', user === undefined ? null : String(user))}
          />
          <FilterText label="Tag" {...text('tag')} />
          <FilterText label="OS version from" placeholder="17.2" {...text('osVersionFrom')} />
          <FilterText label="OS version to" placeholder="18" {...text('osVersionTo')} />
          <FilterText label="App version from" placeholder="2.0" {...text('appVersionFrom')} />
          <FilterText label="App version to" placeholder="2.9" {...text('appVersionTo')} />
          <FilterText label="Locale" placeholder="de, or de-AT" {...text('locale')} />
          <FilterText label="Time zone" placeholder="Europe/Berlin" {...text('timeZone')} />
          <FilterText label="Display" placeholder="1179x2556" {...text('display')} />
          <FilterSuggestion
            label="Why inactive"
            placeholder="any reason"
            data={reasons}
            {...text('deactivationReason')}
          />
          <FilterPeriod
            label="Last registered"
            others={[
              { value: 'over30d', label: 'not for 30 days' },
              { value: 'over90d', label: 'not for 90 days' },
            ]}
            {...period('registered')}
          />
        </SimpleGrid>
      </Collapse>
      <Group gap="xs">
        <Button variant="subtle" size="compact-sm" onClick={toggle} aria-expanded={isOpen}>
          {isOpen ? 'Fewer filters' : 'More filters'}
          {!isOpen && more.length > 0 && ` (${more.length} in use)`}
        </Button>
        {Object.keys(filters).length > 0 && (
          <Button variant="subtle" size="compact-sm" onClick={clear}>
            Clear the filters
          </Button>
        )}
      </Group>
    </Stack>
  )
}

function meaningOf(search: string): string {
  const { field, text } = searchOf(search)
  if (field === 'platformContains')
    return `The platform has “${text}” in it. For a token, four digits or more.`
  return text.length >= 64 ? 'The token is this one.' : `The token begins with ${text}.`
}

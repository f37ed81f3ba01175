import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

const phone = { width: 390, height: 844 }

/**
 * What is shown now has no serious violation in axe in light, nor too little contrast in dark, and on a phone the page does not scroll
 * sideways. The page is as it was afterwards.
 */
export async function expectAccessible(page: Page): Promise<void> {
  const size = page.viewportSize()
  await useScheme(page, 'light')
  expect.soft(await violations(axe(page)), `${page.url()} in light`).toEqual([])
  await useScheme(page, 'dark')
  expect.soft(await violations(axe(page).withRules('color-contrast')), `${page.url()} in dark`).toEqual([])
  await page.setViewportSize(phone)
  // Pixels that it scrolls sideways.
  const tooWide = 'document.scrollingElement.scrollWidth - innerWidth'
  await expect.poll(() => page.evaluate(tooWide)).toBe(0)
  if (size !== null) await page.setViewportSize(size)
  await page.emulateMedia({ colorScheme: null })
}

async function useScheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' })
}

/** There are no frames: without the legacy mode a window is opened at the end. What is well is not told: that takes half of the time. */
function axe(page: Page): AxeBuilder {
  return new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode()
}

async function violations(axe: AxeBuilder): Promise<string[]> {
  const { violations } = await axe.analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

import { setTimeout } from 'node:timers/promises'
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
  expect.soft(await lasting(() => violations(page)), `${page.url()} in light`).toEqual([])
  await useScheme(page, 'dark')
  expect.soft(await lasting(() => violations(page, 'color-contrast')), `${page.url()} in dark`).toEqual([])
  await page.setViewportSize(phone)
  // Pixels that it scrolls sideways.
  const tooWide = 'document.scrollingElement.scrollWidth - innerWidth'
  await expect.poll(() => page.evaluate(tooWide)).toBe(0)
  if (size !== null) await page.setViewportSize(size)
  await page.emulateMedia({ colorScheme: null })
}

/** A script: colours that change, and dialogs that open, have come to their end. */
const transitionsEnd = `Promise.allSettled(
  document.getAnimations().filter((one) => one instanceof CSSTransition).map(({ finished }) => finished))`

async function useScheme(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme })
  await page.locator(`html[data-mantine-color-scheme=${colorScheme}]`).waitFor({ state: 'attached' })
  await page.evaluate(transitionsEnd)
}

/** How often it is looked, and after how many milliseconds again. */
const looks = 3
const lookAgainMs = 500

/** What is found, and still is after a moment: a dialog that begins to open a frame later is pale for that long. */
async function lasting(find: () => Promise<string[]>): Promise<string[]> {
  for (let look = 1; ; look++) {
    const found = await find()
    if (found.length === 0 || look === looks) return found
    await setTimeout(lookAgainMs)
  }
}

/** The serious violations of all rules, or of these. */
async function violations(page: Page, ...rules: string[]): Promise<string[]> {
  // To bring axe takes longer than to run it: once a document is enough.
  const isThere = await page.evaluate("'axe' in window")
  const axe = new AxeBuilder({ page, ...(isThere === true && { axeSource: 'true' }) })
  // There are no frames: without the legacy mode a window is opened at the end. What is well is not told: that takes half of the time.
  axe.options({ resultTypes: ['violations'] }).setLegacyMode()
  if (rules.length > 0) axe.withRules(rules)
  const { violations } = await axe.analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)
}

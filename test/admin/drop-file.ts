import type { Locator, Page } from 'playwright-core'

/** Drops a file on an element, as from the desktop. */
export async function dropFile(
  page: Page,
  target: Locator,
  name: string,
  content: string | Buffer,
): Promise<void> {
  const base64 = Buffer.from(content).toString('base64')
  // As text: the types of the browser are not known to the tests.
  const dataTransfer = await page.evaluateHandle(`(() => {
    const transfer = new DataTransfer()
    const bytes = Uint8Array.from(atob(${JSON.stringify(base64)}), (letter) => letter.charCodeAt(0))
    transfer.items.add(new File([bytes], ${JSON.stringify(name)}))
    return transfer
  })()`)
  await target.dispatchEvent('drop', { dataTransfer })
}

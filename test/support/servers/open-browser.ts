/**
 * A browser without a window, for pages of ours.
 *
 * @module
 */
import {existsSync} from 'node:fs'
import {source} from 'axe-core'
import {chromium, type Browser, type Page} from 'playwright-core'

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium'

/** Whether there is a browser; tests that need one skip without it. */
export const HAS_BROWSER = existsSync(CHROMIUM)

/** Starts it. The caller closes it. */
export function openBrowser(): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--disable-background-networking',
  ]
  return chromium.launch({executablePath: CHROMIUM, args})
}

/** What axe finds wrong with a page, for example `color-contrast: .badge`. */
export async function findBarriers(page: Page): Promise<readonly string[]> {
  await page.evaluate(source)
  return page.evaluate(async () => {
    const {axe} = globalThis as unknown as {
      axe: {run(): Promise<{violations: {id: string; nodes: {target: string[]}[]}[]}>}
    }
    const {violations} = await axe.run()
    return violations.map(
      ({id, nodes}) => `${id}: ${nodes.map(({target}) => target.join(' ')).join(', ')}`,
    )
  })
}

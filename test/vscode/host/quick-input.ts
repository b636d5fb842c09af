/**
 * The lists and boxes that the editor opens at the top of its window. One that is being drawn, or that
 * has not got the keys yet, swallows what is done to it, so each step is taken until its result is seen.
 *
 * @module
 */
import {setTimeout as delay} from 'node:timers/promises'
import type {Locator, Page} from 'playwright-core'

/** How long a step may take before it is taken again, in milliseconds. */
const STEP_MS = 2000

/** How often a step is taken. */
const ATTEMPTS = 30

/** Runs a command from the palette. */
export async function runCommand(page: Page, title: string): Promise<void> {
  const row = page.locator(`.quick-input-list .monaco-list-row.focused:has-text("${title}")`)
  await page.bringToFront()
  await repeat(`“${title}” is not in the palette`, async () => {
    await page.keyboard.press('F1')
    await boxOf(page).fill(`>${title}`, {timeout: STEP_MS})
    await row.waitFor({timeout: STEP_MS})
    // The list is still being sorted when its first row is right.
    await delay(100)
    await row.waitFor({timeout: STEP_MS})
  })
  await actUntilGone(row, () => boxOf(page).press('Enter', {timeout: STEP_MS}))
}

/** Chooses the entry with this text in the list that is open, or that is about to open. */
export async function chooseInList(page: Page, text: string): Promise<void> {
  const rows = page.locator('.quick-input-list .monaco-list-row', {hasText: text})
  const row = rows.filter({visible: true}).first()
  await row.waitFor()
  await actUntilGone(row, () => row.click({timeout: STEP_MS}))
}

/** Writes into the box that is open, or that is about to open, and confirms it. */
export async function answerBox(page: Page, text: string): Promise<void> {
  const box = boxOf(page)
  await box.waitFor()
  await actUntilGone(box, async () => {
    await box.fill(text, {timeout: STEP_MS})
    await box.press('Enter', {timeout: STEP_MS})
  })
}

/** Acts until something is no longer to be seen. @throws {Error} It stays. */
export async function actUntilGone(what: Locator, action: () => Promise<void>): Promise<void> {
  await repeat('What was acted on is still there', async () => {
    // It may go away while it is acted on.
    await action().catch(() => {})
    await what.waitFor({state: 'hidden', timeout: STEP_MS})
  })
}

/** Acts until something is to be seen. @throws {Error} It does not come. */
export async function actUntilSeen(what: Locator, action: () => Promise<void>): Promise<void> {
  await repeat('What was to come is not there', async () => {
    await action()
    await what.waitFor({timeout: STEP_MS})
  })
}

/** Those of the lists before stay in the page, unseen. */
function boxOf(page: Page): Locator {
  return page.locator('.quick-input-widget input:not([type="checkbox"])').filter({visible: true})
}

async function repeat(failure: string, task: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await task()
      return
    } catch (cause) {
      if (attempt === ATTEMPTS) throw new Error(failure, {cause})
    }
  }
}

/**
 * The window of the editor, as a user sees and uses it.
 *
 * @module
 */
import {setTimeout as delay} from 'node:timers/promises'
import type {Page} from 'playwright-core'
import {OUTPUT} from './user.ts'
import {actUntilGone, actUntilSeen, chooseInList, runCommand} from './quick-input.ts'

/** What is chosen in a menu. */
export interface Choice {
  /** Opens the menu. */
  readonly button: string
  /** Written into the menu's filter. */
  readonly filter?: string
  readonly entry: string
  /** What is to be seen afterwards. */
  readonly result: string
  /** Name of a picture of the menu. */
  readonly picture?: string
}

/** What is looked for in a menu. */
export interface Look extends Pick<Choice, 'button' | 'picture'> {
  readonly filter: string
  /** Text of an entry that has to be there. */
  readonly entry: string
}

/** A window. Selectors are those of Playwright. */
export interface Screen {
  /** Runs a command from the palette. */
  run(title: string): Promise<void>
  /** Chooses the entry with this text in the list that a command has opened. */
  chooseInList(text: string): Promise<void>
  /** Opens a list and chooses the entry with this text in it, until `result` is to be seen. */
  chooseFrom(choice: Pick<Choice, 'button' | 'entry' | 'result'>): Promise<void>
  /** Waits until something is to be seen. */
  see(selector: string): Promise<void>
  /** Waits until a text is to be seen in a page within the window, which has its own frame. */
  seeInFrame(text: string): Promise<void>
  /** The text of something. */
  read(selector: string): Promise<string>
  /** How many there are. */
  count(selector: string): Promise<number>
  /** Clicks on the last of what is to be seen. */
  click(selector: string): Promise<void>
  /** Lets the mouse rest on something until `result` is to be seen, for example its tooltip. */
  hover(selector: string, result: string): Promise<void>
  /** Clicks until `result` is to be seen. */
  open(selector: string, result: string): Promise<void>
  /** Clicks until what is clicked on is gone: a menu that has just opened swallows clicks. */
  pick(selector: string): Promise<void>
  /** Opens a menu and chooses in it, until that has worked: one that is being drawn swallows clicks. */
  choose(choice: Choice): Promise<void>
  /** Opens a menu until an entry is there. @returns The first lines of all its entries. */
  readMenu(look: Look): Promise<string[]>
  /** Replaces the text of a file that was opened, and saves it. */
  overwrite(name: string, text: string): Promise<void>
  /** Writes into the chat, and sends. */
  ask(prompt: string): Promise<void>
  /** Loads the window again. */
  reload(): Promise<void>
  /** Waits until something is so. */
  until(isSo: () => boolean): Promise<void>
  /** Notes when the next answer has text like `pattern`, in milliseconds since the Unix epoch. */
  watch(pattern: RegExp): Promise<() => Promise<number>>
  /** Waits until no answer is under way. */
  idle(): Promise<void>
  /** Makes a part of the window wider by its right border, in pixels. The mouse is away afterwards. */
  widen(selector: string, by: number): Promise<void>
  /** Takes a picture. */
  picture(name: string): Promise<void>
  /** Takes a picture of something, into a file of its own. */
  clip(selector: string, file: string): Promise<void>
}

/** Looks at a window. */
export function createScreen(page: Page): Screen {
  const screen: Screen = {
    run: (title) => runCommand(page, title),
    chooseInList: (text) => chooseInList(page, text),
    chooseFrom: ({button, entry, result}) =>
      actUntilSeen(page.locator(result).last(), async () => {
        await page.keyboard.press('Escape')
        await page.locator(button).last().click({force: true, timeout: STEP_MS})
        await page.locator('.quick-input-list').getByText(entry).last().click({timeout: STEP_MS})
      }),
    see: (selector) => page.locator(selector).last().waitFor(),
    async seeInFrame(text) {
      const frame = page.frameLocator('iframe.webview').last().frameLocator('#active-frame')
      await frame.getByText(text).first().waitFor()
    },
    read: (selector) => page.locator(selector).innerText(),
    count: (selector) => page.locator(selector).filter({visible: true}).count(),
    // Badges lie over what is clicked on.
    click: (selector) => page.locator(selector).last().click({force: true}),
    async hover(selector, result) {
      await actUntilSeen(page.locator(result).last(), async () => {
        await page.mouse.move(0, 0)
        await page.locator(selector).last().hover({timeout: STEP_MS})
      })
    },
    async open(selector, result) {
      const click = () => page.locator(selector).last().click({force: true, timeout: STEP_MS})
      await actUntilSeen(page.locator(result).last(), click)
    },
    async pick(selector) {
      const item = page.locator(selector).last()
      await item.waitFor()
      await actUntilGone(item, () => item.click({force: true, timeout: STEP_MS}))
    },
    async choose(choice) {
      for (let attempt = 0; !(await page.locator(choice.result).last().isVisible()); attempt += 1) {
        if (attempt > 30) throw new Error(`There is no ${choice.result}`)
        await tryToChoose(page, choice).catch(() => {})
        await closeMenus(page)
      }
    },
    readMenu: (look) => readMenu(page, look),
    async overwrite(name, text) {
      const tab = page.locator(`.tab.active[data-resource-name="${name}"]`)
      await tab.waitFor()
      await page.locator('.editor-instance .monaco-editor .view-lines').first().click()
      await page.keyboard.press('Control+A')
      await page.keyboard.insertText(text)
      // The editor closes the first bracket, although the text has its end.
      await page.keyboard.press('Control+Shift+End')
      await page.keyboard.press('Delete')
      await page.keyboard.press('Control+S')
      await page.locator(`.tab.active:not(.dirty)[data-resource-name="${name}"]`).waitFor()
    },
    async ask(prompt) {
      await page.locator('.interactive-input-part .monaco-editor').first().click()
      await page.keyboard.insertText(prompt)
      await page.keyboard.press('Enter')
    },
    reload: async () => void (await page.reload()),
    async until(isSo) {
      for (let attempt = 0; !isSo(); attempt += 1) {
        if (attempt > 4500) throw new Error('It did not come to that')
        await delay(20)
      }
    },
    async watch({source}) {
      await page.evaluate(toWatch(source))
      return async () => {
        await page.waitForFunction('globalThis.seenAtMs > 0', undefined, {
          polling: 50,
          timeout: 90_000,
        })
        return page.evaluate<number>('globalThis.seenAtMs')
      }
    },
    async idle() {
      const stop = page.locator('.interactive-input-part .codicon-stop-circle')
      await stop.waitFor({state: 'hidden'})
      await delay(300)
    },
    async widen(selector, by) {
      const box = await page.locator(selector).boundingBox()
      if (!box) throw new Error(`There is no ${selector}`)
      const [x, y] = [box.x + box.width, box.y + box.height / 2]
      await page.mouse.move(x, y)
      await page.mouse.down()
      await page.mouse.move(x + by, y, {steps: 5})
      await page.mouse.up()
      await page.mouse.move(0, 0)
    },
    clip: async (selector, file) =>
      void (await page.locator(selector).last().screenshot({path: file})),
    picture: async (name) => void (await page.screenshot({path: `${OUTPUT}/${name}.png`})),
  }
  return screen
}

/** A script that sets `seenAtMs` (since the Unix epoch) as soon as the next answer has such a text. */
function toWatch(pattern: string): string {
  return `{
    const isThere = () => {
      const rows = [...document.querySelectorAll('.interactive-session .monaco-list-row')]
        .filter((row) => row.querySelector('.interactive-response'))
        .sort((one, other) => Number(one.dataset.index) - Number(other.dataset.index))
      return new RegExp(${JSON.stringify(pattern)}).test(rows.at(-1)?.textContent ?? '')
    }
    let isNext = false
    globalThis.seenAtMs = 0
    const observer = new MutationObserver(() => {
      if (!isThere()) isNext = true
      else if (isNext) {
        globalThis.seenAtMs = Date.now()
        observer.disconnect()
      }
    })
    observer.observe(document.body, {subtree: true, childList: true, characterData: true})
  }`
}

/** How long one step of a choice may take, in milliseconds. */
const STEP_MS = 1500

async function tryToChoose(
  page: Page,
  {button, filter, entry, result, picture}: Choice,
): Promise<void> {
  await page.locator(button).last().click({timeout: STEP_MS})
  await page.locator('.action-widget .monaco-list-row').last().waitFor({timeout: STEP_MS})
  if (filter !== undefined) await page.keyboard.type(filter)
  const row = page.locator(entry).last()
  await row.waitFor({timeout: STEP_MS})
  if (picture !== undefined) await page.screenshot({path: `${OUTPUT}/${picture}.png`})
  await row.click({timeout: STEP_MS})
  await page.locator(result).last().waitFor({timeout: STEP_MS})
}

async function readMenu(page: Page, {button, filter, entry, picture}: Look): Promise<string[]> {
  const entries = page.locator(`.action-widget .monaco-list-row`)
  await actUntilSeen(entries.getByText(entry, {exact: true}), async () => {
    await closeMenus(page)
    await page.locator(button).last().click({timeout: STEP_MS})
    await entries.last().waitFor({timeout: STEP_MS})
    await page.keyboard.type(filter)
  })
  if (picture !== undefined) await page.screenshot({path: `${OUTPUT}/${picture}.png`})
  const texts = await entries.allInnerTexts()
  await closeMenus(page)
  return texts.map((text) => text.split('\n')[0]!)
}

/** One that was chosen in may open once more, so it has to stay closed for a moment. */
async function closeMenus(page: Page): Promise<void> {
  const menu = page.locator('.action-widget, .context-view-block').first()
  for (let quiet = 0, attempt = 0; quiet < 4 && attempt < 50; attempt += 1) {
    const isOpen = await menu.isVisible()
    quiet = isOpen ? 0 : quiet + 1
    if (isOpen) await page.keyboard.press('Escape')
    await delay(100)
  }
}

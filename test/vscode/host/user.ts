/**
 * The user in front of the browser, who does what a test in the extension host asks for.
 *
 * @module
 */
import {setTimeout as delay} from 'node:timers/promises'
import {isDeepStrictEqual} from 'node:util'
import type {BrowserContext, Locator, Page} from 'playwright-core'
import {createAccountDirectories} from '../../../src/accounts/directories/account-directories.ts'
import {createDirectoryAccountStore} from '../../../src/accounts/directories/directory-account-store.ts'
import {serve} from '../../../src/http/serve.ts'
import type {Simulator} from '../../../src/simulator/start-simulator.ts'
import {createGate, type Gate} from '../../support/gate.ts'
import {createMemoryLog} from '../../support/memory/memory-log.ts'
import {issueAccount} from '../../support/servers/simulated-backend.ts'
import {actUntilGone, answerBox, chooseInList} from './quick-input.ts'

/** Where pictures are kept. */
export const OUTPUT = 'build/vscode'

/** How long something may take to be seen, in milliseconds. */
const SEE_MS = 90_000

/** How long what is seen has to stay the same, in milliseconds. */
const STEADY_MS = 500

/** What the user does on the next login pages. */
export interface LoginWish {
  /** Default: the account that is chosen already. */
  readonly email?: string
  readonly decision?: 'cancel' | 'continue' | 'nothing'
}

/** Something to do in the editor's window. */
export type Deed =
  | {readonly do: 'log in'; readonly wish: LoginWish}
  /** Chooses the entry with this text in the editor's list. */
  | {readonly do: 'choose'; readonly text: string}
  /** Writes into the editor's box, and confirms it. */
  | {readonly do: 'answer'; readonly text: string}
  /** Closes the editor's list or box, and gives up a login that waits. */
  | {readonly do: 'give up'}
  /** The result is the text of the first that is to be seen. */
  | {readonly do: 'see'; readonly selector: string}
  /** The result is the texts of all that are to be seen now, in every window. */
  | {readonly do: 'see all'; readonly selector: string}
  | {readonly do: 'last page'}
  | {readonly do: 'forget page'}
  /** Waits until two have come to this point. The result says who was first: 0 or 1. */
  | {readonly do: 'meet'; readonly where: string}
  /** The result says how often this was asked before. */
  | {readonly do: 'count'}
  /** Types the code of a login on another device. */
  | {readonly do: 'type code'; readonly code: string}
  /** Says yes on a login page. The result is where the browser is sent. */
  | {readonly do: 'approve'; readonly page: string}
  /** Opens an address in a new tab. */
  | {readonly do: 'open'; readonly url: string}
  /** Another program logs an account in, or out, in a folder of accounts. */
  | {readonly do: 'share' | 'unshare'; readonly base: string; readonly email: string}
  /** Takes a picture of the window. */
  | {readonly do: 'picture'; readonly name: string}

/** A user, whom a test reaches at `url`. */
export interface User {
  readonly url: URL
  /** Sits down in front of a browser. @param window Where keys and clicks go. */
  sitDown(context: BrowserContext, window: Page): void
  /** Resolves when a window waits there too. */
  meet(where: string): Promise<number>
  close(): Promise<void>
}

interface State {
  wish: LoginWish
  readonly simulator: Simulator
  /** Address of the last login page. */
  lastPage: string
  window?: Page
  /** Opens when somebody sits in front of the window: what runs in it may be faster. */
  readonly seated: Gate
  count: number
  meet(where: string): Promise<number>
}

/** Lets a user come. */
export async function startUser(simulator: Simulator): Promise<User> {
  const state: State = {
    wish: {},
    lastPage: '',
    simulator,
    seated: createGate(),
    count: 0,
    meet: createMeetings(2),
  }
  const server = await serve(async (request) => {
    const deed = (await request.json()) as Deed
    try {
      return Response.json({result: await act(deed, state)})
    } catch (error) {
      return new Response(String(error), {status: 500})
    }
  }, 0)
  return {
    url: server.url,
    sitDown(context, window) {
      state.window = window
      state.seated.open()
      context.on('page', (page) => void lookAt(page, state).catch(() => {}))
    },
    meet: (where) => state.meet(where),
    close: () => server.close(),
  }
}

/** Lets `count` windows wait for one another. */
function createMeetings(count: number): (where: string) => Promise<number> {
  const meetings = new Map<string, (() => void)[]>()
  return (where) =>
    new Promise((resolve) => {
      const waiting = meetings.get(where) ?? []
      meetings.set(where, waiting)
      const order = waiting.length
      waiting.push(() => resolve(order))
      if (waiting.length === count) for (const go of waiting) go()
    })
}

async function lookAt(page: Page, state: State): Promise<void> {
  await page.waitForURL(/\/oauth\/authorize|\/codex\/device/, {waitUntil: 'load'})
  await decide(page, state.wish)
  await state.window?.bringToFront()
  // Whoever waits for the page finds the window in front again.
  state.lastPage = page.url()
}

/** Does what the user wants on a login page. */
export async function decide(page: Page, {email, decision = 'continue'}: LoginWish): Promise<void> {
  if (decision === 'nothing') return
  if (email !== undefined) await page.getByText(email, {exact: true}).click()
  await page.getByRole('button', {name: decision === 'cancel' ? 'Cancel' : 'Continue'}).click()
  await page.waitForLoadState()
}

// One case for each deed, none of them deep.
// oxlint-disable-next-line complexity
async function act(deed: Deed, state: State): Promise<unknown> {
  await state.seated.opened
  const page = state.window
  if (!page) throw new Error('Nobody sits there')
  switch (deed.do) {
    case 'log in':
      state.wish = deed.wish
      return true
    case 'choose':
      await chooseInList(page, deed.text)
      return true
    case 'answer':
      await answerBox(page, deed.text)
      return true
    case 'give up':
      await giveUp(page)
      return true
    case 'see':
      return toSeen(page, deed.selector).first().textContent({timeout: SEE_MS})
    case 'see all':
      return seeAll(page.context(), deed.selector)
    case 'last page':
      return state.lastPage
    case 'count':
      return state.count++
    case 'meet':
      return state.meet(deed.where)
    case 'forget page':
      state.lastPage = ''
      return true
    case 'type code':
      await state.simulator.approveDevice(deed.code)
      return true
    case 'approve':
      return (await state.simulator.approve(deed.page)).href
    case 'open':
      await (await page.context().newPage()).goto(deed.url)
      await page.bringToFront()
      return true
    case 'share':
    case 'unshare':
      await changeShared(deed, state.simulator)
      return true
    case 'picture':
      await page.screenshot({path: `${OUTPUT}/${deed.name}.png`})
      return true
    default:
      return false
  }
}

/** What was there before may still be in the page, unseen. */
function toSeen(page: Page, selector: string): Locator {
  return page.locator(selector).filter({visible: true})
}

/** A list that grows is drawn in steps, so it has to stay the same for a moment. */
async function seeAll(context: BrowserContext, selector: string): Promise<string[]> {
  const look = async () => {
    const pages = context.pages().map((page) => toSeen(page, selector).allTextContents())
    return (await Promise.all(pages)).flat()
  }
  for (let before = await look(); ;) {
    await delay(STEADY_MS)
    const now = await look()
    if (isDeepStrictEqual(now, before)) return now
    before = now
  }
}

async function giveUp(page: Page): Promise<void> {
  const box = toSeen(page, '.quick-input-widget')
  if (await box.isVisible()) await actUntilGone(box, () => page.keyboard.press('Escape'))
  const cancel = toSeen(page, '.notification-list-item .monaco-button:text-is("Cancel")').first()
  if (await cancel.isVisible()) await actUntilGone(cancel, () => cancel.click({timeout: 2000}))
}

async function changeShared(
  {do: wish, base, email}: {readonly do: string; readonly base: string; readonly email: string},
  simulator: Simulator,
): Promise<void> {
  const {log} = createMemoryLog()
  const directories = createAccountDirectories({base, now: Date.now, log})
  const store = createDirectoryAccountStore({directories, now: Date.now, log})
  if (wish === 'share') await store.add(await issueAccount(simulator, {email}))
  else {
    const account = (await store.list()).find((one) => one.email === email)
    if (account) await store.remove(account.id)
  }
  store.close()
}

/**
 * The item in the status bar: which account answers, and what it has left.
 *
 * @module
 */
import type {StatusBarItem} from 'alma-plugin-api'
import {toAccountLabel} from '../../../accounts/account.ts'
import {toAccountTitle} from '../../../accounts/account-title.ts'
import {
  describeState,
  describeWindows,
  findBlock,
  type KnownAccount,
} from '../../../accounts/choice/describe-account.ts'
import {toTightestWindow, toWindowLabel} from '../../../accounts/usage/usage.ts'
import {toErrorName} from '../../../errors.ts'
import type {Clock} from '../../../base/clock.ts'
import {toLocalTime} from '../../../base/local-time.ts'
import type {Log} from '../../../base/log.ts'
import {listKnownAccounts} from '../../../engine/known-accounts.ts'
import {WORDS} from '../explain-error.ts'
import type {AccountActionOptions} from './account-actions.ts'

/** What the item shows, and where. */
export interface StatusBarOptions extends Pick<
  AccountActionOptions,
  'memory' | 'pool' | 'store' | 'ui'
> {
  readonly log: Log
  readonly now: Clock
}

/** The longest that the item stays as it is, in milliseconds. */
const MAX_AGE_MS = 60 * 60_000

/** How long changes are gathered before they are shown, in milliseconds: each answer brings some. */
const GATHER_MS = 200

/** The item. Nothing here throws or rejects: a host without a status bar has none. */
export interface StatusBar {
  /** Shows in a moment what is known then. */
  update(): void
  dispose(): void
}

/** Creates the item, hidden while no account is logged in. */
export function createStatusBar(options: StatusBarOptions): StatusBar {
  const {log, ui} = options
  let item: StatusBarItem | undefined
  let isShown = false
  let timer: NodeJS.Timeout | undefined
  let isGathering = false
  let isDisposed = false

  function schedule(afterMs: number): void {
    clearTimeout(timer)
    timer = setTimeout(() => {
      isGathering = false
      show().catch((error: unknown) => {
        log.debug('The status bar stays as it is', {name: toErrorName(error)})
      })
    }, afterMs).unref()
  }

  async function show(): Promise<void> {
    const current = await findCurrent(options)
    if (isDisposed) return
    if (!current) {
      if (isShown) item?.hide()
      isShown = false
      return
    }
    item ??= ui.createStatusBarItem?.({id: 'account', alignment: 'right', priority: 50})
    if (!item) return
    item.text = toText(current)
    item.tooltip = toTooltip(current)
    item.command = 'openai-codex-auth.accounts'
    if (!isShown) item.show()
    isShown = true
    if (!isGathering) schedule(toAge(current, options.now()))
  }

  return {
    update() {
      if (isGathering || isDisposed || !ui.createStatusBarItem) return
      isGathering = true
      schedule(GATHER_MS)
    },
    dispose() {
      isDisposed = true
      clearTimeout(timer)
      item?.dispose()
    },
  }
}

/** The account that answered last, or else the one that goes first. */
async function findCurrent(options: StatusBarOptions): Promise<KnownAccount | undefined> {
  const known = await listKnownAccounts(options)
  const lastId = options.pool.lastChoices().findLast(({answeredBy}) => answeredBy)?.answeredBy
  const wantedId = options.memory.preferences.preferredId() ?? lastId
  const find = (id: string | undefined) => known.find(({account}) => account.id === id)
  const [wanted, last] = [find(wantedId), find(lastId)]
  return [wanted, last, ...known].find((one) => one && !findBlock(one)) ?? wanted ?? known[0]
}

/** How long what is shown stays true, in milliseconds: until a window resets, or a rest ends. */
function toAge({rest, usage}: KnownAccount, nowMs: number): number {
  const ends = [rest?.untilMs, ...(usage?.windows ?? []).map(({resetsAtMs}) => resetsAtMs)]
  const ages = ends.flatMap((endMs) => (endMs !== undefined && endMs > nowMs ? endMs - nowMs : []))
  return Math.min(MAX_AGE_MS, ...ages) + 1
}

/** For example `Codex: ada@example.com 88 % (5 h) resets Nov 24, 2026, 2:03 PM`. */
function toText(known: KnownAccount): string {
  const {account, preference, rest, usage} = known
  const name = `Codex: ${toAccountLabel(account)}`
  if (account.loginRequired) return `${name} (log in again)`
  if (preference.isPaused) return `${name} (paused)`
  if (rest) return `${name} (rests until ${toLocalTime(rest.untilMs)})`
  const window = usage && toTightestWindow(usage)
  if (!window) return name
  const {resetsAtMs, usedPercent, windowSeconds} = window
  const left = `${Math.round(100 - usedPercent)} % (${toWindowLabel(windowSeconds)})`
  return resetsAtMs === undefined
    ? `${name} ${left}`
    : `${name} ${left}, resets ${toLocalTime(resetsAtMs)}`
}

function toTooltip(known: KnownAccount): string {
  const first = `${toAccountTitle(known.account)} ${describeState(known, WORDS.log_in_again)}`
  return [first, ...describeWindows(known.usage), 'Click to manage the accounts'].join('\n')
}

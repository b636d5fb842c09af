/**
 * What is known about an account, as parts of sentences.
 *
 * @module
 */
import {toLocalTime} from '../../base/local-time.ts'
import {findReachedCeiling} from '../usage/account-headroom.ts'
import type {Rest} from '../rests/rest.ts'
import type {AccountPreference} from '../account-preferences.ts'
import {toVerdictText, type KeptReserve, type UnusableVerdict} from './account-verdict.ts'
import {canAnswer, type Account} from '../account.ts'
import {
  canPay,
  CODEX_LIMIT,
  isFull,
  toWindowLabel,
  type Usage,
  type UsageWindow,
} from '../usage/usage.ts'

/** All that is known about one account. */
export interface KnownAccount {
  readonly account: Account
  readonly preference: AccountPreference
  /** As it is now. */
  readonly usage?: Usage | undefined
  readonly rest?: Rest | undefined
  /** What the request needs and this kind of login cannot do, as the end of a sentence. */
  readonly cannot?: string
  /** What of it is not for the request that asks. */
  readonly reserve?: KeptReserve | undefined
}

/**
 * The end of a sentence that begins with the account: why it does not answer, or that it can.
 *
 * @param logInAgain What the user can do about a login that has ended, in the words of the host.
 */
export function describeState(known: KnownAccount, logInAgain: string): string {
  const block = findBlock(known)
  if (!block) return ['is logged in', ...describeEnd(known.account)].join(' ')
  const text = toVerdictText(block)
  return block.kind === 'login-required' ? `${text}: ${logInAgain}` : text
}

/** Until when a login works that cannot be renewed, as a part of a sentence; empty for one that can. */
export function describeEnd({tokens}: Pick<Account, 'tokens'>): readonly string[] {
  return tokens.refreshToken === ''
    ? [`until ${toLocalTime(tokens.expiresAtMs)}, and cannot be renewed`]
    : []
}

/**
 * Why the account does not answer, as far as that is known without asking; `undefined` when it can. What only the
 * user can change comes first.
 *
 * @param nowMs To ask the account now, which may work for a while after its login has ended. Default: it is only
 * shown, as it was at the time of `usage`.
 */
export function findBlock(
  {account, cannot, preference, reserve, rest, usage}: KnownAccount,
  nowMs?: number,
): UnusableVerdict | undefined {
  const {loginRequired} = account
  const isAsked = nowMs !== undefined && canAnswer(account, nowMs)
  if (loginRequired && !isAsked) return {kind: 'login-required', ...loginRequired}
  if (cannot !== undefined) return {kind: 'cannot', what: cannot}
  if (preference.isPaused) return {kind: 'paused'}
  if (rest) return {kind: 'rests', ...rest}
  const ceiling = findReachedCeiling(usage, preference.ceilings, nowMs ?? usage?.takenAtMs ?? 0)
  if (ceiling) return {kind: 'above-ceiling', ...ceiling}
  return reserve && {kind: 'reserve-kept', ...reserve}
}

/**
 * What is left, for example `88 % left of the 5 h limit, resets on Nov 24, 2026, 2:03 PM`: a text for each window, one for credits that pay
 * in place of a window that is full, and one for the resets that the user has saved up.
 */
export function describeWindows(usage: Usage | undefined): readonly string[] {
  const saved = usage?.resetCredits ?? 0
  const resets = saved > 0 ? [`${saved} saved ${saved === 1 ? 'reset' : 'resets'} to redeem`] : []
  const {credits, spendControl, windows = []} = usage ?? {}
  const pay = windows.some(isFull) && canPay(credits, spendControl) ? ['credits pay'] : []
  return [...windows.map(describeWindow), ...pay, ...resets]
}

/** What is left of one window, and when it resets. */
export function describeWindow({
  limit,
  resetsAtMs,
  usedPercent,
  windowSeconds,
}: UsageWindow): string {
  const left = `${Math.round(100 - usedPercent)} % left of the ${toWindowLabel(windowSeconds)} limit`
  const whose = limit === CODEX_LIMIT ? '' : ` of ${limit}`
  return `${left}${whose}${resetsAtMs === undefined ? '' : `, resets on ${toLocalTime(resetsAtMs)}`}`
}

/**
 * What is left of all accounts together, which is what clients of the gateway are told.
 *
 * With the numbers of one account alone, the official client would say that little is left, or stop, while other
 * accounts can answer; and each answer would bring those of another one.
 *
 * @module
 */
import {canAnswer, type Account} from '../../accounts/account.ts'
import type {UnusableVerdict} from '../../accounts/choice/account-verdict.ts'
import {findBlock, type KnownAccount} from '../../accounts/choice/describe-account.ts'
import {
  canPay,
  CODEX_LIMIT,
  toUsageAt,
  type UsageCredits,
  type UsageWindow,
} from '../../accounts/usage/usage.ts'

/** A window of all accounts together. */
export interface PoolWindow {
  readonly windowSeconds: number
  /** 0 to 100: the mean over the accounts that have the window. */
  readonly usedPercent: number
  /** When the first of the accounts has more of it again (milliseconds since the Unix epoch). */
  readonly resetsAtMs: number
}

/** A limit of all accounts together. */
export interface PoolLimit {
  /** For example `codex`, or `GPT-5.3-Codex-Spark` for one of single models. */
  readonly name: string
  /** As the backend calls it, for example `codex_bengalfox`. */
  readonly id: string
  /** The shortest first. */
  readonly windows: readonly PoolWindow[]
}

/** All accounts together, as if they were one. */
export interface PoolState {
  readonly nowMs: number
  /** The one that the client is logged in with, if it is one of them; else the first. Absent when there is none. */
  readonly shown?: Account | undefined
  /** Whether an account can answer now. */
  readonly isAllowed: boolean
  /** The limit that every request counts against. */
  readonly windows: readonly PoolWindow[]
  /** Limits of single models. */
  readonly additional: readonly PoolLimit[]
  /** Absent when no account that can answer has any. */
  readonly credits?: UsageCredits | undefined
}

/** For which client, and when. */
export interface PoolQuestion {
  /** The workspace that the client is logged in to; absent when it is not, or does not say. */
  readonly chatgptAccountId?: string | undefined
  readonly nowMs: number
}

interface Member extends KnownAccount {
  /** Why it cannot answer now. */
  readonly block: UnusableVerdict | undefined
}

/**
 * Puts the accounts together. One that cannot answer for now counts as used up until it can. One that the user has
 * paused, or that needs a new login, is not counted as long as there are others.
 */
export function toPoolState(
  known: readonly KnownAccount[],
  {chatgptAccountId, nowMs}: PoolQuestion,
): PoolState {
  const members = known.map((one): Member => ({...one, block: findBlock(one, nowMs)}))
  const waiting = members.filter((one) => isWaiting(one, nowMs))
  const able = waiting.filter(({block}) => block === undefined)
  const windows = (waiting.length > 0 ? waiting : members).flatMap((one) => listWindows(one, nowMs))
  const own = known.find(({account}) => account.chatgptAccountId === chatgptAccountId)
  return {
    nowMs,
    shown: (chatgptAccountId === undefined ? undefined : own?.account) ?? known[0]?.account,
    isAllowed: able.length > 0,
    windows: putTogether(windows.filter(({limit}) => limit === CODEX_LIMIT)),
    additional: toAdditional(windows.filter(({limit}) => limit !== CODEX_LIMIT)),
    credits: addCredits(able),
  }
}

/** Whether it answers as soon as it has quota, without the user. */
function isWaiting({account, block}: Member, nowMs: number): boolean {
  return canAnswer(account, nowMs) && block?.kind !== 'paused' && block?.kind !== 'login-required'
}

/** A window of one account, and what the pool takes from it. */
interface MemberWindow extends UsageWindow {
  readonly endsAtMs: number
}

function listWindows({block, usage}: Member, nowMs: number): readonly MemberWindow[] {
  if (!usage) return []
  const {untilMs = 0} = block !== undefined && 'untilMs' in block ? block : {}
  return toUsageAt(usage, nowMs)
    .windows.filter(({windowSeconds}) => windowSeconds > 0)
    .map((window) => {
      const endsAtMs = window.resetsAtMs ?? nowMs + window.windowSeconds * 1000
      if (!block) return {...window, endsAtMs}
      return {...window, usedPercent: 100, endsAtMs: Math.max(endsAtMs, untilMs)}
    })
}

function toAdditional(windows: readonly MemberWindow[]): readonly PoolLimit[] {
  return [...new Set(windows.map(({limit}) => limit))].map((name) => {
    const same = windows.filter(({limit}) => limit === name)
    const {limitId: id = name} = same.find(({limitId}) => limitId !== undefined) ?? {}
    return {name, id, windows: putTogether(same)}
  })
}

function putTogether(windows: readonly MemberWindow[]): readonly PoolWindow[] {
  const lengths = [...new Set(windows.map(({windowSeconds}) => windowSeconds))]
  return lengths
    .toSorted((one, other) => one - other)
    .map((windowSeconds) => {
      const same = windows.filter((window) => window.windowSeconds === windowSeconds)
      const used = same.filter(({usedPercent}) => usedPercent > 0)
      const ends = (used.length > 0 ? used : same).map(({endsAtMs}) => endsAtMs)
      return {
        windowSeconds,
        usedPercent: Math.round(same.reduce((sum, one) => sum + one.usedPercent, 0) / same.length),
        resetsAtMs: Math.min(...ends),
      }
    })
}

/** What the accounts that can answer could pay with. */
function addCredits(able: readonly KnownAccount[]): UsageCredits | undefined {
  const paying = able.flatMap(({usage}) =>
    usage?.credits && canPay(usage.credits, usage.spendControl) ? [usage.credits] : [],
  )
  if (paying.length === 0) return undefined
  const unlimited = paying.some((credits) => credits.unlimited)
  const balances = paying.flatMap(({balance}) => balance ?? [])
  const balance = balances.reduce((sum, one) => sum + one, 0)
  return {hasCredits: true, unlimited, ...(balances.length > 0 && {balance})}
}

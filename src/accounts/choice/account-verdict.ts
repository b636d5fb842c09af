/**
 * Why an account is, or is not, the one that answers.
 *
 * @module
 */
import {toLocalTime} from '../../base/local-time.ts'
import type {ReachedCeiling} from '../usage/account-headroom.ts'
import type {Rest, RestReason} from '../rests/rest.ts'
import type {Account, LoginRequired} from '../account.ts'
import {toWindowLabel, type Usage} from '../usage/usage.ts'

/** What is left of a window and is not for this request. Windows are known by their length. */
export interface KeptReserve {
  /** `codex`, or the name of an additional limit. */
  readonly limit: string
  /** Length of the window. */
  readonly windowSeconds: number
  /** 0 to 100. */
  readonly usedPercent: number
  /** How far this request may go, 0 to 100: to the reserve, or to where an even pace would be now. */
  readonly mayUsePercent: number
  readonly isPace: boolean
  /** When the request may be sent again (milliseconds since the Unix epoch). */
  readonly untilMs: number
}

/**
 * A rule of the user's about single requests: what of an account is not for this one; `undefined` when it may be asked.
 * It is asked about each account with each request, so it waits for nothing. Must not throw.
 */
export type FindReserve = (
  account: Account,
  usage: Usage | undefined,
  nowMs: number,
) => KeptReserve | undefined

/** An account that could answer, and what its place in the order comes from. */
export type UsableVerdict =
  | {readonly kind: 'first-in-order'}
  | {readonly kind: 'higher-priority'; readonly priority: number}
  | {readonly kind: 'later-in-order'}
  | {readonly kind: 'later-in-turn'}
  | {readonly kind: 'less-left'; readonly leftPercent: number | undefined}
  | {readonly kind: 'lower-priority'; readonly priority: number}
  | {readonly kind: 'most-left'; readonly leftPercent: number | undefined}
  | {readonly kind: 'next-in-turn'}
  | {readonly kind: 'preferred'}
  | {readonly kind: 'stays'}
  | {readonly kind: 'would-pay'}

/** An account that is not asked. */
export type UnusableVerdict =
  | (Rest & {readonly kind: 'rests'})
  | (ReachedCeiling & {readonly kind: 'above-ceiling'})
  | (KeptReserve & {readonly kind: 'reserve-kept'})
  | (LoginRequired & {readonly kind: 'login-required'})
  | {readonly kind: 'cannot'; readonly what: string}
  | {readonly kind: 'paused'}

/** Why an account is, or is not, the one that answers. */
export type AccountVerdict = UnusableVerdict | UsableVerdict

/** What is the matter with an account that does not answer, as the end of a sentence that begins with it. */
export const REST_TEXTS: Readonly<Record<RestReason | 'ceiling', string>> = {
  ceiling: 'has reached the ceiling that you set',
  deactivated: 'was deactivated by OpenAI or its owner',
  no_credits: 'has no credits left',
  not_included: 'has a plan without Codex',
  rate_limit: 'has sent too many requests at once',
  rejected: 'has a login that ChatGPT rejects',
  usage_limit: 'has reached its ChatGPT usage limit',
}

const TEXTS: Readonly<Record<UsableVerdict['kind'] | 'paused', string>> = {
  'first-in-order': 'is the first in order',
  'higher-priority': 'has a higher priority',
  'later-in-order': 'is later in order',
  'later-in-turn': 'is later in turn',
  'less-left': 'has less left',
  'lower-priority': 'has a lower priority',
  'most-left': 'has the most left',
  'next-in-turn': 'is next in turn',
  paused: 'is paused',
  preferred: 'is preferred',
  stays: 'has this conversation, and a conversation stays with its account',
  'would-pay': 'would use credits, and free quota goes first',
}

/** Says it as the end of a sentence that begins with the account, for example `is paused`. */
export function toVerdictText(verdict: AccountVerdict): string {
  if (verdict.kind === 'above-ceiling') return toCeilingText(verdict)
  if (verdict.kind === 'reserve-kept') return toReserveText(verdict)
  if (verdict.kind === 'rests') return toRestText(verdict)
  if (verdict.kind === 'login-required') {
    return `needs a new login since ${toLocalTime(verdict.sinceMs)}${toRotation(verdict)}`
  }
  if (verdict.kind === 'cannot') {
    return `is an app of ChatGPT, and only a login of Codex can ${verdict.what}`
  }
  const text = TEXTS[verdict.kind]
  if ('priority' in verdict) return `${text}: ${verdict.priority}`
  return 'leftPercent' in verdict ? `${text}: ${toLeft(verdict.leftPercent)}` : text
}

function toCeilingText(ceiling: ReachedCeiling): string {
  const {maxUsedPercent, untilMs, usedPercent} = ceiling
  return `is above its ceiling of ${maxUsedPercent} % until ${toLocalTime(untilMs)}: ${Math.round(usedPercent)} % of the ${toLimitName(ceiling)} is used`
}

function toReserveText(reserve: KeptReserve): string {
  const {isPace, mayUsePercent, untilMs, usedPercent} = reserve
  const used = `${Math.round(usedPercent)} % of the ${toLimitName(reserve)} is used`
  const why = isPace
    ? `is ahead of its pace: ${used}, and ${Math.floor(mayUsePercent)} % may be by now`
    : `keeps ${Math.round(100 - mayUsePercent)} % in reserve: ${used}`
  return `${why}, until ${toLocalTime(untilMs)}`
}

/** Says why it rests, and until when that is so or looked at again. */
function toRestText({reason, untilMs}: Rest): string {
  const until = `rests until ${toLocalTime(untilMs)}`
  return reason === 'usage_limit' ? `${until} (usage limit)` : `${REST_TEXTS[reason]} (${until})`
}

function toLimitName({limit, windowSeconds}: Pick<KeptReserve, 'limit' | 'windowSeconds'>): string {
  const length = toWindowLabel(windowSeconds)
  return limit === 'codex' ? `${length} limit` : `${length} limit of ${limit}`
}

function toRotation({rotatedBy}: LoginRequired): string {
  return rotatedBy === undefined ? '' : ` (used up by ${rotatedBy})`
}

function toLeft(leftPercent: number | undefined): string {
  return leftPercent === undefined ? 'unknown' : `${Math.round(leftPercent)} %`
}

/**
 * Which account answers, and why.
 *
 * @module
 */
import {toLeftPercent} from '../usage/account-headroom.ts'
import type {AccountStrategy} from '../account-preferences.ts'
import type {AccountVerdict, UsableVerdict} from './account-verdict.ts'
import type {Account} from '../account.ts'
import {usesCredits} from '../usage/usage.ts'
import {findBlock, type KnownAccount} from './describe-account.ts'

/** What an account counts as having left when nobody knows: it goes before those with less than half. */
const UNKNOWN_LEFT_PERCENT = 50

/** What a conversation that has just begun is expected to use, until the next reading tells. */
const BEGUN_PERCENT = 1

/** By how much another account must have more left before conversations begin there instead. */
const LEAD_PERCENT = 5

/** An account, and all that a choice goes by. */
export interface Candidate extends KnownAccount {
  /** Serial number, over all accounts, of the last conversation that began with it; 0 for none. */
  readonly lastTurn: number
  /** Conversations that began with it since its usage was read. */
  readonly begunSince: number
}

/** What a choice goes by beside the accounts. */
export interface ChoiceContext {
  readonly strategy: AccountStrategy
  /** The account that the user wants first. */
  readonly preferredId?: string | undefined
  /** The account that the conversation stays with, if it can. */
  readonly lastId?: string | undefined
  readonly nowMs: number
}

/** Whom to ask. */
export interface Choice {
  /** Those that can answer, the best first. */
  readonly accounts: readonly Account[]
  /** One for each candidate, in the order given. */
  readonly verdicts: readonly AccountVerdict[]
}

/**
 * Chooses. A conversation stays with its account while that has free quota; then comes the preferred account, then
 * priority, then free quota before credits, then the strategy, and at last the order given.
 *
 * `most-left` goes by the fullest window. Each conversation begun since the reading counts as one
 * point, so that many that begin at once spread; and the account where the last one began keeps its
 * place until another has more than five points more. `round-robin` takes the account whose last
 * conversation began first.
 */
export function chooseAccount(candidates: readonly Candidate[], context: ChoiceContext): Choice {
  const {nowMs} = context
  const blocks = candidates.map((candidate) => findBlock(candidate, nowMs))
  const usable = candidates.filter((_, index) => blocks[index] === undefined)
  const score = toScore(usable, context)
  const ranks = new Map(usable.map((candidate) => [candidate, toRank(candidate, {context, score})]))
  const sorted = usable.toSorted((one, other) => compare(ranks.get(one), ranks.get(other)))
  const verdicts = candidates.map(
    (candidate, index) => blocks[index] ?? toUsableVerdict(candidate, sorted, context),
  )
  return {accounts: sorted.map(({account}) => account), verdicts}
}

type Score = (candidate: Candidate) => number

/** What the strategy goes by; less is better. */
function toScore(usable: readonly Candidate[], {nowMs, strategy}: ChoiceContext): Score {
  if (strategy === 'order') return () => 0
  if (strategy === 'round-robin') return ({lastTurn}) => lastTurn
  const latestTurn = Math.max(1, ...usable.map(({lastTurn}) => lastTurn))
  return ({begunSince, lastTurn, usage}) => {
    const left = toLeftPercent(usage, nowMs) ?? UNKNOWN_LEFT_PERCENT
    const lead = lastTurn === latestTurn ? LEAD_PERCENT : 0
    return begunSince * BEGUN_PERCENT - left - lead
  }
}

/** Numbers to compare one after the other; less is better. */
function toRank(
  candidate: Candidate,
  {context, score}: {readonly context: ChoiceContext; readonly score: Score},
): readonly number[] {
  const {id} = candidate.account
  const isOther = id !== context.lastId
  const isPaying = usesCredits(candidate.usage)
  return [
    Number(isOther || isPaying),
    Number(id !== context.preferredId),
    -candidate.preference.priority,
    Number(isPaying),
    Number(isOther),
    score(candidate),
  ]
}

function compare(one: readonly number[] = [], other: readonly number[] = []): number {
  const index = one.findIndex((value, place) => value !== other[place])
  return (one[index] ?? 0) - (other[index] ?? 0)
}

/** What its place comes from, among those that can answer and have this conversation not yet. */
function toUsableVerdict(
  candidate: Candidate,
  sorted: readonly Candidate[],
  {lastId, nowMs, preferredId, strategy}: ChoiceContext,
): UsableVerdict {
  const {id} = candidate.account
  if (id === preferredId && id !== lastId) return {kind: 'preferred'}
  if (isBehindFree(candidate, sorted)) return {kind: 'would-pay'}
  if (id === lastId) return {kind: 'stays'}
  const others = sorted.filter(({account}) => account.id !== lastId && account.id !== preferredId)
  const {priority} = candidate.preference
  const priorities = others.map((other) => other.preference.priority)
  if (priority < Math.max(...priorities)) return {kind: 'lower-priority', priority}
  const peers = others.filter((other) => other.preference.priority === priority)
  if (peers.length === 1 && others.length > 1) return {kind: 'higher-priority', priority}
  return toStrategyVerdict(strategy, {
    isFirst: peers[0] === candidate,
    leftPercent: toLeftPercent(candidate.usage, nowMs),
  })
}

/** Whether it comes later because it would use credits, and another account of the same priority would not. */
function isBehindFree(candidate: Candidate, sorted: readonly Candidate[]): boolean {
  if (!usesCredits(candidate.usage)) return false
  const {priority} = candidate.preference
  const before = sorted.slice(0, sorted.indexOf(candidate))
  return before.some(
    ({preference, usage}) => preference.priority === priority && !usesCredits(usage),
  )
}

function toStrategyVerdict(
  strategy: AccountStrategy,
  {isFirst, leftPercent}: {readonly isFirst: boolean; readonly leftPercent: number | undefined},
): UsableVerdict {
  if (strategy === 'order') return {kind: isFirst ? 'first-in-order' : 'later-in-order'}
  if (strategy === 'round-robin') return {kind: isFirst ? 'next-in-turn' : 'later-in-turn'}
  return {kind: isFirst ? 'most-left' : 'less-left', leftPercent}
}

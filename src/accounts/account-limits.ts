/**
 * Which accounts rest because the backend does not answer them, why, and until when.
 *
 * @module
 */
import {parseJson, toJsonObject, toNumber} from '../base/json-object.ts'
import type {Clock} from '../base/clock.ts'

const REST_REASONS = [
  'deactivated',
  'no_credits',
  'not_included',
  'rate_limit',
  'rejected',
  'usage_limit',
] as const

/**
 * Why an account rests: it or its workspace was deactivated, its workspace has no credits, its plan
 * has no Codex, it has sent too many requests at once, its token is rejected although it is new, or its quota is spent.
 */
export type RestReason = (typeof REST_REASONS)[number]

/** An account that rests. */
export interface AccountRest {
  readonly reason: RestReason
  /** Milliseconds since the Unix epoch. */
  readonly untilMs: number
}

/** Where it was said that an account rests: in a refusal, by the usage, or in the file of another program. */
export type RestSource = 'file' | 'refusal' | 'usage'

/** How it is known that an account rests. Times are milliseconds since the Unix epoch. */
export interface RestNews {
  readonly source: RestSource
  readonly learnedAtMs: number
  /** How often in a row it was refused although its usage said that it has quota; 1 for the first time. */
  readonly refusals: number
}

/** What is told with a rest. */
export interface ParkOptions extends Partial<Pick<RestNews, 'learnedAtMs' | 'source'>> {
  /** Default: its quota is spent. */
  readonly reason?: RestReason
  /** When the request was sent that was refused. Default: when it was learned. */
  readonly askedAtMs?: number
}

/** The limits of all accounts, in memory. A limit that has passed is none. */
export interface AccountLimits {
  /** Until when the account rests (milliseconds since the Unix epoch); `undefined` when it does not. */
  until(accountId: string): number | undefined
  /** Why and until when the account rests; `undefined` when it does not. */
  get(accountId: string): AccountRest | undefined
  /** How that is known. */
  newsOf(accountId: string): RestNews | undefined
  /**
   * Notes a rest. What was asked later wins; of what was asked at the same time, the longer rest.
   *
   * @returns Whether the account did not rest before.
   */
  park(accountId: string, untilMs: number, options?: ParkOptions): boolean
  /** The account can answer again: it has, or there is a new login. */
  release(accountId: string): void
  /** The account should answer again, by its usage. Should it be refused all the same, that is remembered. */
  free(accountId: string): void
  /** Everything that is still true, as JSON to keep over a restart. */
  export(): string
  /** Takes back what `export` gave; anything else counts as nothing. What is known already stays. */
  import(exported: unknown): void
}

/** What {@link createAccountLimits} needs from outside. */
export interface AccountLimitsOptions {
  readonly now: Clock
  /** Told after each change. */
  readonly onChange?: () => void
}

type KnownRest = AccountRest & RestNews

/** Creates limits that nobody has reached. */
export function createAccountLimits({now, onChange}: AccountLimitsOptions): AccountLimits {
  const limits = new Map<string, KnownRest>()
  /** How often accounts were refused that their usage has freed since. */
  const freed = new Map<string, number>()
  const find = (accountId: string) => {
    const rest = limits.get(accountId)
    return rest && rest.untilMs > now() ? rest : undefined
  }
  const remove = (accountId: string) => {
    if (limits.delete(accountId)) onChange?.()
  }
  return {
    until: (accountId) => find(accountId)?.untilMs,
    get(accountId) {
      const rest = find(accountId)
      return rest && {reason: rest.reason, untilMs: rest.untilMs}
    },
    newsOf(accountId) {
      const {source, learnedAtMs, refusals} = find(accountId) ?? {}
      return source && {source, learnedAtMs: learnedAtMs!, refusals: refusals!}
    },
    park(accountId, untilMs, {askedAtMs, ...options} = {}) {
      const {reason = 'usage_limit', source = 'refusal', learnedAtMs = now()} = options
      const before = find(accountId)
      if (before && isStronger(before, {untilMs, askedAtMs: askedAtMs ?? learnedAtMs})) return false
      const refusals = before?.refusals ?? (freed.get(accountId) ?? 0) + 1
      limits.set(accountId, {reason, untilMs, source, learnedAtMs, refusals})
      onChange?.()
      return before === undefined
    },
    release(accountId) {
      freed.delete(accountId)
      remove(accountId)
    },
    free(accountId) {
      freed.set(accountId, find(accountId)?.refusals ?? 0)
      remove(accountId)
    },
    export: () =>
      JSON.stringify(Object.fromEntries([...limits].filter(([id]) => find(id) !== undefined))),
    import(exported) {
      const saved = toJsonObject(parseJson(exported))
      for (const [accountId, value] of Object.entries(saved)) {
        const rest = parseRest(value)
        if (rest && !limits.has(accountId)) limits.set(accountId, rest)
      }
    },
  }
}

/** Whether a rest that is known lasts longer than another that was asked for before it was known. */
function isStronger(
  known: KnownRest,
  {askedAtMs, untilMs}: {readonly askedAtMs: number; readonly untilMs: number},
): boolean {
  return known.untilMs >= untilMs && askedAtMs <= known.learnedAtMs
}

/** Until version 2.0 it was the time alone, and always a spent quota. */
function parseRest(value: unknown): KnownRest | undefined {
  const {learnedAtMs, reason, refusals, source, untilMs = value} = toJsonObject(value)
  const time = toNumber(untilMs)
  if (time === undefined) return undefined
  return {
    reason: REST_REASONS.find((candidate) => candidate === reason) ?? 'usage_limit',
    untilMs: time,
    source: source === 'file' || source === 'usage' ? source : 'refusal',
    learnedAtMs: toNumber(learnedAtMs) ?? 0,
    refusals: toNumber(refusals) ?? 1,
  }
}

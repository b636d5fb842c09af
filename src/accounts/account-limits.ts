/**
 * Which accounts rest because the backend does not answer them, why, and until when.
 *
 * @module
 */
import {parseJson, toJsonObject, toNumber} from '../http/json-object.ts'
import type {Clock} from '../http/fetch.ts'

const REST_REASONS = [
  'deactivated',
  'no_credits',
  'not_included',
  'rejected',
  'usage_limit',
] as const

/**
 * Why an account rests: it or its workspace was deactivated, its workspace has no credits, its plan
 * has no Codex, its token is rejected although it is new, or its quota is spent.
 */
export type RestReason = (typeof REST_REASONS)[number]

/** An account that rests. */
export interface AccountRest {
  readonly reason: RestReason
  /** Milliseconds since the Unix epoch. */
  readonly untilMs: number
}

/** The limits of all accounts, in memory. A limit that has passed is none. */
export interface AccountLimits {
  /** Until when the account rests (milliseconds since the Unix epoch); `undefined` when it does not. */
  until(accountId: string): number | undefined
  /** Why and until when the account rests; `undefined` when it does not. */
  get(accountId: string): AccountRest | undefined
  /**
   * @param reason Default: its quota is spent.
   * @returns Whether the account did not rest before.
   */
  park(accountId: string, untilMs: number, reason?: RestReason): boolean
  /** The account can answer again: a new login, quota that was bought, or the backend says so. */
  release(accountId: string): void
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

/** Creates limits that nobody has reached. */
export function createAccountLimits({now, onChange}: AccountLimitsOptions): AccountLimits {
  const limits = new Map<string, AccountRest>()
  const get = (accountId: string) => {
    const rest = limits.get(accountId)
    return rest && rest.untilMs > now() ? rest : undefined
  }
  return {
    until: (accountId) => get(accountId)?.untilMs,
    get,
    park(accountId, untilMs, reason = 'usage_limit') {
      const isNew = get(accountId) === undefined
      limits.set(accountId, {reason, untilMs})
      onChange?.()
      return isNew
    },
    release(accountId) {
      if (limits.delete(accountId)) onChange?.()
    },
    export: () =>
      JSON.stringify(Object.fromEntries([...limits].filter(([id]) => get(id) !== undefined))),
    import(exported) {
      const saved = toJsonObject(parseJson(exported))
      for (const [accountId, value] of Object.entries(saved)) {
        const rest = parseRest(value)
        if (rest && !limits.has(accountId)) limits.set(accountId, rest)
      }
    },
  }
}

/** Until version 2.0 it was the time alone, and always a spent quota. */
function parseRest(value: unknown): AccountRest | undefined {
  const {reason, untilMs = value} = toJsonObject(value)
  const time = toNumber(untilMs)
  if (time === undefined) return undefined
  const known = REST_REASONS.find((candidate) => candidate === reason)
  return {reason: known ?? 'usage_limit', untilMs: time}
}

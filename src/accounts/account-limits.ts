/**
 * Which accounts rest because their quota is spent, and until when.
 *
 * @module
 */
import {parseJson, toJsonObject, toNumber} from '../http/json-object.ts'
import type {Clock} from '../http/fetch.ts'

/** The limits of all accounts, in memory. A limit that has passed is none. */
export interface AccountLimits {
  /** Until when the account rests (milliseconds since the Unix epoch); `undefined` when it does not. */
  until(accountId: string): number | undefined
  /** @returns Whether the account did not rest before. */
  park(accountId: string, untilMs: number): boolean
  /** The account has quota again: some was bought, or the backend says so. */
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
  const limits = new Map<string, number>()
  const until = (accountId: string) => {
    const untilMs = limits.get(accountId) ?? 0
    return untilMs > now() ? untilMs : undefined
  }
  return {
    until,
    park(accountId, untilMs) {
      const isNew = until(accountId) === undefined
      limits.set(accountId, untilMs)
      onChange?.()
      return isNew
    },
    release(accountId) {
      if (limits.delete(accountId)) onChange?.()
    },
    export: () =>
      JSON.stringify(Object.fromEntries([...limits].filter(([id]) => until(id) !== undefined))),
    import(exported) {
      const saved = toJsonObject(parseJson(typeof exported === 'string' ? exported : ''))
      for (const [accountId, value] of Object.entries(saved)) {
        const untilMs = toNumber(value)
        if (untilMs !== undefined && !limits.has(accountId)) limits.set(accountId, untilMs)
      }
    },
  }
}

/**
 * What the user wants of their accounts: who goes first, who pauses, how far one may be used.
 *
 * @module
 */
import {parseJson, toJsonObject, toList, toNumber, toText} from '../base/json-object.ts'

/** How a new conversation finds its account; it stays there while that works. */
export const ACCOUNT_STRATEGIES = ['order', 'most-left', 'round-robin'] as const

/**
 * How a new conversation finds its account: the first in order that can answer, the one with the most
 * quota left, or each in its turn.
 */
export type AccountStrategy = (typeof ACCOUNT_STRATEGIES)[number]

/** "Never above 80 % of the week." */
export interface UsageCeiling {
  /** `codex`, or the name of an additional limit. */
  readonly limit: string
  /** Length of the window, by which it is known. */
  readonly windowSeconds: number
  /** From this much on the account is not used, 0 to 100. */
  readonly maxUsedPercent: number
}

/** What is wanted of one account. */
export interface AccountPreference {
  /** Higher goes first, before any strategy. Default 0. */
  readonly priority: number
  /** Whether it is not to be used for now. Default: no. */
  readonly isPaused: boolean
  /** Default: none. */
  readonly ceilings: readonly UsageCeiling[]
}

/** What is wanted, in memory. */
export interface AccountPreferences {
  /** What is wanted of the account; the defaults when nobody said anything. */
  of(accountId: string): AccountPreference
  /** The account that goes first, whatever the strategy; `undefined` when there is none. */
  preferredId(): string | undefined
  /** Changes the named fields and keeps the rest. */
  change(accountId: string, change: Partial<AccountPreference>): void
  /** Sets the ceiling of one window; `undefined` lifts it. Other windows keep theirs. */
  setCeiling(
    accountId: string,
    window: Pick<UsageCeiling, 'limit' | 'windowSeconds'>,
    maxUsedPercent: number | undefined,
  ): void
  /** Lets the account go first; `undefined` lets none. */
  prefer(accountId: string | undefined): void
  /** Everything, as JSON to keep over a restart. */
  export(): string
  /**
   * Takes back what `export` gave. Whatever makes no sense is left out, and the rest counts. What is
   * wanted of an account already stays.
   */
  import(exported: unknown): void
}

/** Options of {@link createAccountPreferences}. */
export interface AccountPreferencesOptions {
  /** Told after each change. */
  readonly onChange?: () => void
}

const DEFAULTS: AccountPreference = {priority: 0, isPaused: false, ceilings: []}

/** Creates preferences of somebody who has none. */
export function createAccountPreferences({
  onChange,
}: AccountPreferencesOptions = {}): AccountPreferences {
  const accounts = new Map<string, AccountPreference>()
  const general: {preferredId?: string | undefined} = {}
  const of = (accountId: string) => accounts.get(accountId) ?? DEFAULTS
  const change: AccountPreferences['change'] = (accountId, fields) => {
    accounts.set(accountId, parsePreference({...of(accountId), ...fields}))
    onChange?.()
  }
  return {
    of,
    preferredId: () => general.preferredId,
    change,
    setCeiling(accountId, {limit, windowSeconds}, maxUsedPercent) {
      const others = of(accountId).ceilings.filter(
        (ceiling) => ceiling.limit !== limit || ceiling.windowSeconds !== windowSeconds,
      )
      const added = maxUsedPercent === undefined ? [] : [{limit, windowSeconds, maxUsedPercent}]
      change(accountId, {ceilings: [...others, ...added]})
    },
    prefer(accountId) {
      general.preferredId = accountId
      onChange?.()
    },
    export: () => JSON.stringify({...general, accounts: Object.fromEntries(accounts)}),
    import(exported) {
      const saved = toJsonObject(parseJson(exported))
      general.preferredId ??= toText(saved['preferredId'])
      for (const [accountId, value] of Object.entries(toJsonObject(saved['accounts']))) {
        if (!accounts.has(accountId)) accounts.set(accountId, parsePreference(value))
      }
    },
  }
}

function parsePreference(value: unknown): AccountPreference {
  const {priority, isPaused, ceilings} = toJsonObject(value)
  return {
    priority: toNumber(priority) ?? DEFAULTS.priority,
    isPaused: isPaused === true,
    ceilings: toList(ceilings).flatMap(parseCeiling),
  }
}

function parseCeiling(value: unknown): UsageCeiling[] {
  const fields = toJsonObject(value)
  const limit = toText(fields['limit'])
  const windowSeconds = toNumber(fields['windowSeconds']) ?? 0
  const maxUsedPercent = toNumber(fields['maxUsedPercent'])
  if (!limit || windowSeconds <= 0 || maxUsedPercent === undefined) return []
  return [{limit, windowSeconds, maxUsedPercent: Math.min(100, Math.max(0, maxUsedPercent))}]
}

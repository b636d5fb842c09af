/**
 * Which accounts rest: the one place that knows, and that everything else reads.
 *
 * @module
 */
import {parseJson, toJsonObject} from '../../base/json-object.ts'
import type {Clock} from '../../base/clock.ts'
import type {Usage} from '../usage/usage.ts'
import {findRest, isTakenBack, isWorthAsking, parseRest, type Rest} from './rest.ts'

/** A rest as it is learned. Default: the quota is spent, as a refusal has just said for the first time. */
export interface NewRest extends Pick<Rest, 'untilMs'>, Partial<Omit<Rest, 'untilMs'>> {
  /** When the request was sent that was refused. Default: when it was learned. */
  readonly askedAtMs?: number
}

/** The rests of all accounts, in memory. One that has passed is none. */
export interface AccountRests {
  /** Why and until when the account rests, by the newest word; `undefined` when it can answer. */
  get(accountId: string): Rest | undefined
  /** Whether it is time to ask for the usage of the account, because it rests and that may have changed. */
  isWorthAsking(accountId: string): boolean
  /**
   * Notes a rest. What was asked later wins; of what was asked at the same time, the longer rest.
   *
   * @returns Whether no rest of the account was noted before.
   */
  note(accountId: string, rest: NewRest): boolean
  /**
   * The account has answered. That ends the rest that was known when the request was sent; an answer that was under
   * way when the quota ran out says nothing about what is left.
   */
  answered(accountId: string, before: Rest | undefined): void
  /** The account can answer again: there is a new login, or another program says so. */
  release(accountId: string): void
  /** Everything that is still true, as JSON to keep over a restart. */
  export(): string
  /** Takes back what `export` gave; anything else counts as nothing. What is known already stays. */
  import(exported: unknown): void
}

/** What the rests go by. */
export interface AccountRestsOptions {
  readonly now: Clock
  /** What is known about an account's usage. Default: nothing. */
  readonly usage?: (accountId: string) => Usage | undefined
  /** Told after each change. */
  readonly onChange?: () => void
}

/** Creates rests of nobody. */
export function createAccountRests({now, onChange, usage}: AccountRestsOptions): AccountRests {
  const rests = new Map<string, Rest>()
  const answeredAtMs = new Map<string, number>()
  const isLive = ({untilMs}: Rest) => untilMs > now()
  const get = (accountId: string) =>
    findRest(rests.get(accountId), {
      usage: usage?.(accountId),
      answeredAtMs: answeredAtMs.get(accountId) ?? 0,
      nowMs: now(),
    })
  /** The rest that goes on, and how strong a new one is: who is refused in spite of the usage is believed for longer. */
  const findBefore = (accountId: string) => {
    const last = rests.get(accountId)
    if (last && isTakenBack(last, usage?.(accountId))) return {refusals: last.refusals + 1}
    return last && isLive(last) ? {before: last, refusals: last.refusals} : {refusals: 1}
  }
  const release = (accountId: string) => {
    if (rests.delete(accountId)) onChange?.()
  }
  return {
    get,
    isWorthAsking(accountId) {
      const rest = get(accountId)
      return rest !== undefined && isWorthAsking(rest, usage?.(accountId), now())
    },
    note(accountId, {askedAtMs, ...fields}) {
      const {before, refusals} = findBefore(accountId)
      const known = {reason: 'usage_limit', source: 'refusal', learnedAtMs: now()} as const
      const rest = {...known, refusals, ...fields}
      const {untilMs} = rest
      if (before && isStronger(before, {untilMs, askedAtMs: askedAtMs ?? rest.learnedAtMs}))
        return false
      rests.set(accountId, rest)
      onChange?.()
      return before === undefined
    },
    answered(accountId, before) {
      answeredAtMs.set(accountId, now())
      if (before) release(accountId)
    },
    release,
    export: () => JSON.stringify(Object.fromEntries([...rests].filter(([, rest]) => isLive(rest)))),
    import(exported) {
      const saved = toJsonObject(parseJson(exported))
      for (const [accountId, value] of Object.entries(saved)) {
        const rest = parseRest(value)
        if (rest && !rests.has(accountId)) rests.set(accountId, rest)
      }
    },
  }
}

/** Whether a rest that is known lasts longer than another that was asked for before it was known. */
function isStronger(
  known: Rest,
  {askedAtMs, untilMs}: {readonly askedAtMs: number; readonly untilMs: number},
): boolean {
  return known.untilMs >= untilMs && askedAtMs <= known.learnedAtMs
}

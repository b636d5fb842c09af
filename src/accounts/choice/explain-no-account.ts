/**
 * Why none of several accounts answers, in one error.
 *
 * @module
 */
import {
  AccountUnavailableError,
  BackendResponseError,
  UsageLimitReachedError,
  type Advice,
} from '../../errors.ts'
import {toLocalTime} from '../../base/local-time.ts'
import type {JudgedAccount} from './account-choice.ts'
import {toVerdictText, type AccountVerdict} from './account-verdict.ts'

/** What helps, by what is the matter. What passes by itself is not named. */
const ADVICE: ReadonlyMap<AccountVerdict['kind'], Advice> = new Map([
  ['above-ceiling', 'raise_ceiling'],
  ['login-required', 'log_in_again'],
  ['paused', 'resume_account'],
])

/**
 * Says what is the matter with each account.
 *
 * @param judged At least one, of which at least one has a login that works as far as is known.
 * @param failure What the last one that was asked said; `undefined` when none was asked.
 */
export function explainNoAccount(judged: readonly JudgedAccount[], failure: unknown): unknown {
  if (judged.length === 1 && failure !== undefined) return failure
  // Whoever was asked last says best what to do about a login.
  if (judged.every(({verdict}) => verdict.kind === 'login-required')) return failure
  const limited = judged.filter(isLimited).toSorted((one, other) => untilOf(one) - untilOf(other))
  // Somebody could answer, and does not answer this: it would be wrong to say that all is used up.
  const isReserved = judged.some(({verdict}) => verdict.kind === 'reserve-kept')
  const message = toMessage(judged, isReserved ? 'may be used for this request' : 'can answer')
  const options = {advice: toAdvice(judged), cause: failure}
  if (limited[0] && !isReserved) {
    const resetsAtMs = untilOf(limited[0])
    const areAll = limited.length > 1 && limited.length === judged.length
    const text = areAll ? toAllMessage(limited[0], limited.length) : message
    return new UsageLimitReachedError(text, {...options, resetsAtMs})
  }
  if (failure instanceof BackendResponseError && !isReserved) {
    return new BackendResponseError(message, {...options, refusal: failure.refusal})
  }
  const untils = judged.map(untilOf).filter((untilMs) => untilMs > 0)
  return new AccountUnavailableError(message, {
    ...options,
    resetsAtMs: untils.length === 0 ? undefined : Math.min(...untils),
  })
}

function toAllMessage(first: JudgedAccount, count: number): string {
  return `All ${count} ChatGPT accounts have reached their usage limit. ${first.label} is back first, after ${toLocalTime(untilOf(first))}.`
}

/** For example `No ChatGPT account can answer now: ada@example.com is paused.` */
function toMessage(judged: readonly JudgedAccount[], what: string): string {
  const states = judged.map(({label, verdict}) => `${label} ${toVerdictText(verdict)}`)
  return `No ChatGPT account ${what} now: ${states.join('; ')}.`
}

function toAdvice(judged: readonly JudgedAccount[]): readonly Advice[] {
  const kinds = new Set(judged.map(({verdict}) => verdict.kind))
  return [
    ...[...ADVICE].flatMap(([kind, advice]) => (kinds.has(kind) ? [advice] : [])),
    'add_account',
  ]
}

function isLimited({verdict}: JudgedAccount): boolean {
  return verdict.kind === 'rests' && verdict.reason === 'usage_limit'
}

/** When the account is back by itself; 0 when nobody knows. */
function untilOf({verdict}: JudgedAccount): number {
  return 'untilMs' in verdict ? verdict.untilMs : 0
}

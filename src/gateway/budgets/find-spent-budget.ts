/**
 * How much the owner of client keys may use.
 *
 * @module
 */
import {toLocalTime} from '../../base/local-time.ts'
import type {History} from '../history/history.ts'
import type {Budget} from '../rules/rules.ts'

/** A budget that is used up. */
export interface SpentBudget {
  /** Says so, and until when. */
  readonly message: string
  /** When the next period begins (milliseconds since the Unix epoch). */
  readonly untilMs: number
}

/** Who asks, and when. */
export interface BudgetQuestion {
  /** Of the client key. */
  readonly clientName: string
  readonly nowMs: number
}

/**
 * The owner of a key: what stands behind the last `@` of its name, or all of it. So `phone@ada` and `laptop@ada` are two
 * keys of one owner.
 */
export function toOwner(clientName: string): string {
  return clientName.slice(clientName.lastIndexOf('@') + 1)
}

/** The budget of the owner that is used up; the one for longest, if there are several. */
export function findSpentBudget(
  budgets: readonly Budget[],
  {clientName, nowMs}: BudgetQuestion,
  history: Pick<History, 'sum'>,
): SpentBudget | undefined {
  const owner = toOwner(clientName)
  const spent = budgets
    .filter((budget) => budget.owner === owner)
    .flatMap((budget) => {
      const {endMs, startMs} = toPeriod(budget.per, nowMs)
      const used = history.sum(startMs, ({label}) => toOwner(label) === owner)
      const what = describeSpent(budget, used)
      if (what === undefined) return []
      const message = `${owner} may use ${what} a ${budget.per}, and that is used up until ${toLocalTime(endMs)}.`
      return [{message, untilMs: endMs}]
    })
  return spent.toSorted((one, other) => other.untilMs - one.untilMs)[0]
}

function describeSpent(
  {requests, tokens}: Budget,
  used: ReturnType<History['sum']>,
): string | undefined {
  if (requests !== undefined && used.requests >= requests) return `${requests} requests`
  if (tokens !== undefined && used.input + used.output >= tokens) return `${tokens} tokens`
  return undefined
}

/** The day, the week from Monday, or the month around `nowMs`, as this machine's clock has them. */
export function toPeriod(
  per: Budget['per'],
  nowMs: number,
): {readonly startMs: number; readonly endMs: number} {
  const now = new Date(nowMs)
  const [year, month, day] = [now.getFullYear(), now.getMonth(), now.getDate()]
  if (per === 'month') {
    return {startMs: +new Date(year, month, 1), endMs: +new Date(year, month + 1, 1)}
  }
  const first = per === 'day' ? day : day - ((now.getDay() + 6) % 7)
  const length = per === 'day' ? 1 : 7
  return {startMs: +new Date(year, month, first), endMs: +new Date(year, month, first + length)}
}

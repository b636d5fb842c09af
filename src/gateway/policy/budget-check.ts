/**
 * Refusing clients whose owner has used up a budget.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import type {CheckClient, ClientCheck, GatewayObserver} from '../exchange/exchange.ts'
import type {History} from '../history/history.ts'
import {isModelRequest} from './record-requests.ts'
import type {Budget} from '../rules/rules.ts'
import {findSpentBudget} from '../budgets/find-spent-budget.ts'

/** What is counted, and against what. */
export interface BudgetCheckOptions {
  readonly now: Clock
  /** Read for each request. */
  readonly budgets: () => readonly Budget[]
  readonly history: Pick<History, 'ready' | 'sum'>
}

/** Counts requests by the name of the client, those under way as well, and says who has used up a budget. */
export class BudgetCheck {
  readonly #options: BudgetCheckOptions
  /** Requests under way, by the name of the client. */
  readonly #open = new Map<string, number>()

  constructor(options: BudgetCheckOptions) {
    this.#options = options
  }

  /** The same check, which also refuses clients whose owner has used up a budget. */
  limit(check: CheckClient): CheckClient {
    return async (head) => {
      const found = await check(head)
      const {budgets, history} = this.#options
      if (found.kind === 'refused' || budgets().length === 0 || !isModelRequest(head)) return found
      // Only what is counted can be refused, whatever was kept before the start.
      await history.ready
      return this.#findRefusal(found.client.name) ?? found
    }
  }

  /** Has to hear of each request before the history does. */
  readonly observer: Required<Pick<GatewayObserver, 'ended' | 'started'>> = {
    started: ({client, head}) => {
      if (isModelRequest(head)) this.#countOpen(client.name, 1)
    },
    ended: ({client, head}) => {
      if (isModelRequest(head)) this.#countOpen(client.name, -1)
    },
  }

  #countOpen(clientName: string, change: number): void {
    const count = (this.#open.get(clientName) ?? 0) + change
    if (count > 0) this.#open.set(clientName, count)
    else this.#open.delete(clientName)
  }

  #findRefusal(clientName: string): ClientCheck | undefined {
    const {budgets, history, now} = this.#options
    const nowMs = now()
    const sum: History['sum'] = (sinceMs, isWanted) => {
      const sums = history.sum(sinceMs, isWanted)
      const open = [...this.#open].filter(([label]) => isWanted?.({id: label, label}) ?? true)
      return {...sums, requests: open.reduce((all, [, count]) => all + count, sums.requests)}
    }
    const spent = findSpentBudget(budgets(), {clientName, nowMs}, {sum})
    if (!spent) return undefined
    const retryAfterSeconds = Math.ceil((spent.untilMs - nowMs) / 1000)
    return {kind: 'refused', status: 429, message: spent.message, retryAfterSeconds}
  }
}

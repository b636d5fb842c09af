/**
 * What it costs in cached tokens that a conversation goes over to another account.
 *
 * @module
 */
import type {SwitchCost, TokenCounts} from './finished-request.ts'

/** Conversations that are remembered. */
const MAX_CONVERSATIONS = 1000

/** An answer in a conversation. */
export interface ConversationAnswer {
  readonly conversationId: string
  readonly accountId: string
  readonly tokens: TokenCounts
}

/** Compares each answer with the one before it in the same conversation. */
export class SwitchCosts {
  readonly #last = new Map<string, {readonly accountId: string; readonly cachedPercent: number}>()

  /** Takes in an answer. @returns What the switch cost, when another account gave the answer before it. */
  note({accountId, conversationId, tokens}: ConversationAnswer): SwitchCost | undefined {
    const before = this.#last.get(conversationId)
    const after = toPercent(tokens)
    this.#last.delete(conversationId)
    this.#last.set(conversationId, {accountId, cachedPercent: after})
    const [oldest] = this.#last.keys()
    if (this.#last.size > MAX_CONVERSATIONS && oldest !== undefined) this.#last.delete(oldest)
    if (!before || before.accountId === accountId) return undefined
    const lost = ((before.cachedPercent - after) / 100) * tokens.input
    return {
      cachedPercentBefore: Math.round(before.cachedPercent),
      cachedPercentAfter: Math.round(after),
      lostTokens: Math.max(0, Math.round(lost)),
    }
  }
}

function toPercent({cached, input}: TokenCounts): number {
  return input === 0 ? 0 : (100 * cached) / input
}

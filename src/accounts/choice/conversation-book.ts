/**
 * Which account has which conversation, and whose turn it is.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'

/** Conversations whose account is remembered. */
const MAX_CONVERSATIONS = 500

/** Beginnings that are remembered of an account: more say nothing new, and each request would look through them. */
const MAX_BEGUN = 500

/** How long the beginning of a conversation says something about an account's usage, in milliseconds. */
const BEGUN_FOR_MS = 3_600_000

interface Conversation {
  /** The account it stays with; `undefined` when the next request may go anywhere. */
  accountId: string | undefined
  /** The accounts that have answered it. */
  readonly answeredBy: Set<string>
}

interface Turns {
  lastTurn: number
  /** When conversations began (milliseconds since the Unix epoch), oldest first. */
  readonly begunAtMs: number[]
}

/** The conversations of one pool. A request without a conversation is one of its own. */
export class ConversationBook {
  readonly #now: Clock
  readonly #conversations = new Map<string, Conversation>()
  readonly #accounts = new Map<string, Turns>()
  /** Conversations that have begun, or moved to another account. */
  #turns = 0

  constructor(now: Clock) {
    this.#now = now
  }

  /** The account that the conversation stays with. */
  accountOf(conversationId: string | undefined): string | undefined {
    return this.#conversations.get(conversationId ?? '')?.accountId
  }

  /** Whether another account has answered in this conversation. */
  wasAnsweredByOther(conversationId: string | undefined, accountId: string): boolean {
    const {answeredBy = new Set()} = this.#conversations.get(conversationId ?? '') ?? {}
    return answeredBy.size > (answeredBy.has(accountId) ? 1 : 0)
  }

  /**
   * Gives the conversation to an account before it answers, so that what is asked at the same moment
   * goes the same way. It counts as a turn of the account when it did not have the conversation before.
   */
  assign(conversationId: string | undefined, accountId: string): void {
    const conversation = this.#touch(conversationId)
    if (conversation?.accountId === accountId) return
    if (conversation) conversation.accountId = accountId
    const turns = this.#turnsOf(accountId)
    const nowMs = this.#now()
    this.#turns += 1
    turns.lastTurn = this.#turns
    const {begunAtMs} = turns
    begunAtMs.push(nowMs)
    const isOver = (ms = nowMs) => ms <= nowMs - BEGUN_FOR_MS
    while (begunAtMs.length > MAX_BEGUN || isOver(begunAtMs[0])) begunAtMs.shift()
  }

  /** The account has answered in the conversation. */
  answered(conversationId: string | undefined, accountId: string): void {
    this.#touch(conversationId)?.answeredBy.add(accountId)
  }

  /** The next request of each conversation may go to any account. Who answered before stays known. */
  forget(): void {
    for (const conversation of this.#conversations.values()) conversation.accountId = undefined
  }

  /** Serial number of the account's last conversation; 0 for none. */
  lastTurnOf(accountId: string): number {
    return this.#accounts.get(accountId)?.lastTurn ?? 0
  }

  /** Conversations that began with the account since then, and in the last hour. */
  begunSince(accountId: string, sinceMs: number): number {
    const fromMs = Math.max(sinceMs, this.#now() - BEGUN_FOR_MS)
    const {begunAtMs = []} = this.#accounts.get(accountId) ?? {}
    return begunAtMs.filter((ms) => ms >= fromMs).length
  }

  #turnsOf(accountId: string): Turns {
    const turns = this.#accounts.get(accountId) ?? {lastTurn: 0, begunAtMs: []}
    this.#accounts.set(accountId, turns)
    return turns
  }

  /** The conversation, which is now the last to be forgotten. */
  #touch(conversationId: string | undefined): Conversation | undefined {
    if (conversationId === undefined) return undefined
    const conversations = this.#conversations
    const conversation = conversations.get(conversationId) ?? {
      accountId: undefined,
      answeredBy: new Set(),
    }
    conversations.delete(conversationId)
    conversations.set(conversationId, conversation)
    const [oldest] = conversations.keys()
    if (conversations.size > MAX_CONVERSATIONS && oldest !== undefined) conversations.delete(oldest)
    return conversation
  }
}

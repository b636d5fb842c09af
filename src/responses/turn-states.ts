/**
 * State that the backend gives within a turn, and wants back with the next requests of the same turn. It keeps them
 * on the same machine, for example.
 *
 * @module
 */
import {toJsonObject, type JsonObject} from '../base/json-object.ts'

/** The header that carries it, there and back. */
export const TURN_STATE_HEADER = 'x-codex-turn-state'

/** Conversations whose turns may be under way at the same time. */
const MAX_CONVERSATIONS = 200

/** What a header can hold; it is opaque. */
const USABLE = /^[\u0021-\u007E][\u0020-\u007E]{0,8191}$/

/** Whose turn it is: what one account was given means nothing for another. */
export interface Turn {
  readonly conversationId: string
  readonly accountId: string
}

/** The states of the turns that are under way. */
export interface TurnStates {
  /** The user has said something new: what was known of the turn before is forgotten. */
  begin(conversationId: string): void
  get(turn: Turn): string | undefined
  /** Remembers what the backend gave. As in the official client, the first state of a turn counts. */
  learn(turn: Turn, state: string | null | undefined): void
}

/** Creates an empty place for them. */
export function createTurnStates(maxConversations = MAX_CONVERSATIONS): TurnStates {
  // From the one that began first to the latest.
  const states = new Map<string, {readonly accountId: string; readonly state: string}>()
  const get = ({accountId, conversationId}: Turn) => {
    const known = states.get(conversationId)
    return known?.accountId === accountId ? known.state : undefined
  }
  return {
    begin: (conversationId) => void states.delete(conversationId),
    get,
    learn(turn, state) {
      if (!state || !USABLE.test(state) || get(turn) !== undefined) return
      const {accountId, conversationId} = turn
      states.delete(conversationId)
      states.set(conversationId, {accountId, state})
      const [oldest] = states.keys()
      if (states.size > maxConversations && oldest !== undefined) states.delete(oldest)
    },
  }
}

/** The state in a `response.metadata` event; `undefined` when there is none. */
export function readTurnState(event: JsonObject): string | undefined {
  const headers = Object.entries(toJsonObject(event['headers']))
  const [, value] = headers.find(([name]) => name.toLowerCase() === TURN_STATE_HEADER) ?? []
  const state: unknown = Array.isArray(value) ? value[0] : value
  return typeof state === 'string' ? state : undefined
}

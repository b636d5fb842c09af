/**
 * The requests that are under way, for whoever looks on.
 *
 * @module
 */
import {withoutUndefined} from '../../base/without-undefined.ts'
import type {Exchange, GatewayObserver} from '../exchange/exchange.ts'
import type {LiveRequest} from './page-state.ts'

/** The requests that are under way. */
export interface LiveRequests {
  readonly observer: GatewayObserver
  /** Oldest first. */
  list(): readonly LiveRequest[]
}

/**
 * Creates an empty list.
 *
 * @param toName How the user calls an account; its id is given.
 * @param onChange Told of each change. Must not throw.
 */
export function createLiveRequests(
  toName: (accountId: string) => string,
  onChange: () => void,
): LiveRequests {
  const live = new Map<string, {readonly exchange: Exchange; firstByteAtMs?: number}>()
  return {
    observer: {
      started(exchange) {
        live.set(exchange.id, {exchange})
        onChange()
      },
      firstByte({id}, atMs) {
        const entry = live.get(id)
        if (entry) entry.firstByteAtMs = atMs
        onChange()
      },
      ended({id}) {
        live.delete(id)
        onChange()
      },
    },
    list: () =>
      [...live.values()].map(({exchange, firstByteAtMs}) => {
        const {client, facts, head, id, startedAtMs} = exchange
        const {answeredBy} = facts.choice ?? {}
        return withoutUndefined({
          id,
          startedAtMs,
          client: client.name,
          path: head.path,
          model: facts.sent?.model,
          askedEffort: facts.asked?.effort,
          effort: facts.sent?.effort,
          account: answeredBy === undefined ? undefined : toName(answeredBy),
          firstByteAtMs,
        })
      }),
  }
}

/**
 * What every request for tokens needs.
 *
 * @module
 */
import type {Clock} from '../base/clock.ts'
import type {AuthorizationServer} from '../codex/endpoints.ts'
import type {FetchFunction} from '../http/fetch.ts'

/** The server, and the effects that a test stands in for. */
export interface TokenRequestOptions {
  readonly server: AuthorizationServer
  readonly fetch: FetchFunction
  readonly now: Clock
  /** Gives up when aborted; the promise then rejects with its reason. */
  readonly signal?: AbortSignal
}

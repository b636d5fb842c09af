/**
 * What a request to the Codex backend needs from outside.
 *
 * @module
 */
import type {AccessTokens} from '../accounts/access-token.ts'
import type {AccountStore} from '../accounts/account.ts'
import type {Clock, FetchFunction} from '../http/fetch.ts'
import type {Log} from '../http/log.ts'
import type {ItemMemory} from './item-memory.ts'
import type {RequestPreferences} from './prepare-request.ts'

/** The backend of ChatGPT accounts. */
export const DEFAULT_BACKEND_URL = 'https://chatgpt.com/backend-api'

/** The Codex backend, and who asks it. */
export interface Backend {
  /** Base URL without a slash at its end, see {@link DEFAULT_BACKEND_URL}. */
  readonly url: string
  readonly store: AccountStore
  readonly accessTokens: AccessTokens
  readonly items: ItemMemory
  readonly fetch: FetchFunction
  readonly now: Clock
  readonly log: Log
  readonly userAgent: string
  /** Read for each request, so that a changed setting counts at once. */
  readonly preferences: () => RequestPreferences
  /** Told the tag of the account's model list whenever an answer carries one. Must not throw. */
  readonly onModelsEtag?: (etag: string) => void
}

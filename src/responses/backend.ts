/**
 * What a request to the Codex backend is made with.
 *
 * @module
 */
import type {AccessTokens} from '../accounts/tokens/access-token.ts'
import type {AccountPool, PoolRequest} from '../accounts/choice/account-pool.ts'
import type {UsageReading} from '../accounts/usage/usage.ts'
import type {BackendRefusal} from '../errors.ts'
import type {Clock} from '../base/clock.ts'
import type {JsonObject} from '../base/json-object.ts'
import type {FetchFunction} from '../http/fetch.ts'
import type {Send} from '../http/send.ts'
import type {Log} from '../base/log.ts'
import type {ModelCatalogue} from '../models/model-info.ts'
import type {RequestChange} from './request-change.ts'
import type {TurnStates} from './turn-states.ts'
import type {Describe} from './refusal/error-response.ts'
import type {ItemMemory} from './request/memory/item-memory.ts'
import type {RetryPolicy} from './retry.ts'
import type {RequestPreferences} from './request/request-preferences.ts'

/** What a request asks for, and what is sent in its place. */
export interface PreparedFacts {
  /** The model that is asked for, as the backend knows it. */
  readonly model: string
  /** The reasoning effort in the caller's own field; absent when it is left open, or stands in the model's id. */
  readonly askedEffort?: string | undefined
  /** The effort that is sent; absent when the backend decides. */
  readonly effort?: string | undefined
  /** The model as the caller wrote it, which may be an old or another spelling. */
  readonly askedModel?: string | undefined
  /** Absent where there are no conversations, as for images. */
  readonly conversationId?: string
  /** Whether the caller wants events. */
  readonly stream?: boolean
  /** What of the request was dropped, renamed or repaired, by name. */
  readonly changes?: readonly RequestChange[]
}

/**
 * One request of a face that looks at each of them: what it may use, and who is told what becomes of it. It is given
 * beside the request, see `RequestFunction.fetch`, and goes along as {@link Backend.scope}.
 */
export interface RequestScope extends PoolRequest {
  /** Says why this request was not answered, and hears of it that way, once. Default: that of the backend. */
  readonly describe?: Describe
  /** Told what is sent, before the choice of an account. A `CodexError` that it throws is why nothing is sent. */
  readonly onPrepared?: (facts: PreparedFacts) => void
  /**
   * Puts something in the place of the events about the limits of an account, which begin at `starts` in `events`: what
   * the caller is to read. Default: they are handed on.
   */
  readonly replaceLimits?:
    | ((events: Uint8Array, starts: readonly number[]) => Uint8Array)
    | undefined
  /** Told of the response in the last event of an answer that ends well, with its token counts. Must not throw. */
  readonly onResult?: (response: JsonObject) => void
}

/** The Codex backend, and who asks it. */
export interface Backend {
  /** Of the request under way. Default: nobody looks. */
  readonly scope?: RequestScope
  /** Base URL without a slash at its end, for example `https://chatgpt.com/backend-api`. */
  readonly url: string
  /** Base URL of the API for apps, without a slash at its end. Default: that of OpenAI. */
  readonly appUrl?: string
  readonly pool: AccountPool
  readonly accessTokens: AccessTokens
  readonly items: ItemMemory
  /** Default: none is sent back. */
  readonly turnStates?: TurnStates
  readonly fetch: FetchFunction
  /** Sends what is answered by a stream. Default: `fetch` does. */
  readonly send?: Send | undefined
  readonly now: Clock
  /** Waits; rejects with `signal.reason` when aborted. */
  readonly delay: (milliseconds: number, signal?: AbortSignal) => Promise<void>
  /** From 0 to 1. */
  readonly random: () => number
  readonly log: Log
  /** Default: as the official client does it. */
  readonly retryPolicy?: RetryPolicy | undefined
  readonly userAgent: string
  /** Of the official client. Default: that of this release. */
  readonly clientVersion?: string
  /** Makes derived ids unlike those of any other installation. Default: nothing is added to them. */
  readonly salt?: () => Promise<string>
  /** Read for each request, so that a changed setting counts at once. */
  readonly preferences: () => RequestPreferences
  /** Read for each request, as it is now. Default: the models we know without asking. */
  readonly catalogue?: () => ModelCatalogue
  /** Says why the account cannot use the model, if that is what the refusal means. */
  readonly explainModel?: (model: string, refusal: BackendRefusal) => string | undefined
  /** Says why a request was not answered, in the words of the host. Default: what reads the same in every host. */
  readonly describe?: Describe
  /** How long an answer may be silent, in milliseconds. Default: five minutes. */
  readonly idleLimitMs?: number
  /** How often to look whether it is, in milliseconds. Default: one second. */
  readonly checkIntervalMs?: number
  /** How long reading a refusal may take, in milliseconds. Default: five seconds. */
  readonly refusalLimitMs?: number
  /** Told the tag of the account's model list whenever an answer carries one. Must not throw. */
  readonly onModelsEtag?: (etag: string) => void
  /** Told whatever an answer says about the limits of an account. Must not throw. */
  readonly onUsage?: (accountId: string, reading: UsageReading) => void
}

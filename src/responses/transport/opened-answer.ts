/**
 * What a transport to the backend takes and gives, whatever carries it.
 *
 * @module
 */
import type {Account} from '../../accounts/account.ts'
import type {LimitHeaders} from '../../accounts/usage/reading/parse-usage-headers.ts'
import type {ReceivedAnswer} from '../../http/send.ts'
import type {RefusedRequest} from '../refusal/backend-error.ts'

/** Who asks, with which token, and how to stop. */
export interface Caller {
  readonly account: Account
  /** The access token. */
  readonly token: string
  readonly signal?: AbortSignal | undefined
}

/** One call of the backend. */
export interface BackendCall extends Caller {
  /** Below the backend's base URL, for example `/codex/responses`. */
  readonly path: string
  readonly accept: 'application/json' | 'text/event-stream'
  /** Beside those that say who asks. */
  readonly headers?: Readonly<Record<string, string>>
  /** Gives the JSON to send. Called once, so that nobody has to hold what is sent. */
  readonly takeBody: () => Uint8Array
  /** What an error needs to know about the request. */
  readonly refused: Omit<RefusedRequest, 'nowMs'>
}

/** An answer that the backend has begun, before its first byte. */
export interface OpenedAnswer<Answer extends ReceivedAnswer = ReceivedAnswer> extends Pick<
  Answer,
  'headers'
> {
  readonly body: NonNullable<Answer['body']>
  /** What its headers say about limits. */
  readonly limits: LimitHeaders
}

/**
 * Sends a call, and resolves once the backend has accepted it.
 *
 * @throws {UsageLimitReachedError} The account has no quota left.
 * @throws {BackendResponseError} Any other answer that is not a success.
 * @throws {NetworkError} The backend could not be reached.
 * @throws The signal's reason, when it is aborted.
 */
export type Transport = (call: BackendCall) => Promise<OpenedAnswer>

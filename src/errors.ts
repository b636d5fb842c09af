/**
 * Every error the product throws, each with a stable `code`.
 *
 * A message is a sentence for the user: what happened, in words that fit every host. What to do about it is an
 * {@link Advice}, which each host puts into its own words, see `responses/refusal/word-error.ts`. A message never holds a token, a
 * code, a verifier or a body.
 *
 * @module
 */

/** Every stable error code. Switch on it; never match on `message`. */
export type CodexErrorCode =
  | 'ERR_ACCOUNT_ID_NOT_FOUND'
  | 'ERR_ACCOUNT_UNAVAILABLE'
  | 'ERR_ANSWER_STALLED'
  | 'ERR_AUTHORIZATION_SERVER'
  | 'ERR_BACKEND_RESPONSE'
  | 'ERR_CONFIGURATION'
  | 'ERR_EVENT_INVALID'
  | 'ERR_LOGIN_FAILED'
  | 'ERR_LOGIN_REQUIRED'
  | 'ERR_NETWORK'
  | 'ERR_REDIRECT_INVALID'
  | 'ERR_REQUEST_INVALID'
  | 'ERR_STORAGE'
  | 'ERR_USAGE_LIMIT_REACHED'

/** What the user can do about an error. Each host knows its own buttons and commands for it. */
export type Advice =
  /** Log in with another account as well. */
  | 'add_account'
  /** Have credits added to the workspace. */
  | 'add_credits'
  | 'check_network'
  /** There is no account yet. */
  | 'log_in'
  /** The login of an account has ended. */
  | 'log_in_again'
  /** Look up how the accounts are called. */
  | 'list_accounts'
  | 'raise_ceiling'
  | 'resume_account'
  /** Begin once more with a login that did not succeed. */
  | 'retry_login'
  | 'upgrade_plan'
  /** Ask again later; the error says when, if that is known. */
  | 'wait'

/** What every error can be given. */
export interface CodexErrorOptions extends ErrorOptions {
  /** Whatever may help, best first. Default: what helps with most errors of the class, or nothing. */
  readonly advice?: readonly Advice[]
  /** When it is worth asking again (milliseconds since the Unix epoch), where that is a matter of time and known. */
  readonly resetsAtMs?: number | undefined
}

/** Base class: `error instanceof CodexError` means the failure is ours to explain. */
export abstract class CodexError extends Error {
  // Not the name of the class, which is another one in the minified bundle.
  override readonly name = 'CodexError'
  abstract readonly code: CodexErrorCode
  /** Whatever may help, best first. */
  readonly advice: readonly Advice[]
  /** When it is worth asking again (milliseconds since the Unix epoch), where that is a matter of time and known. */
  readonly resetsAtMs: number | undefined

  constructor(message: string, {advice = [], resetsAtMs, ...options}: CodexErrorOptions = {}) {
    super(message, options)
    this.advice = advice
    this.resetsAtMs = resetsAtMs
  }
}

/** The tokens name neither a user nor a ChatGPT account, so nobody could tell the login from others. */
export class AccountIdNotFoundError extends CodexError {
  readonly code = 'ERR_ACCOUNT_ID_NOT_FOUND'

  constructor(message: string, options?: CodexErrorOptions) {
    super(message, {advice: ['retry_login'], ...options})
  }
}

/** There are accounts, and none may be asked: they are paused, above their ceiling, or deactivated. */
export class AccountUnavailableError extends CodexError {
  readonly code = 'ERR_ACCOUNT_UNAVAILABLE'
}

/** The backend accepted the request and then fell silent. */
export class AnswerStalledError extends CodexError {
  readonly code = 'ERR_ANSWER_STALLED'
}

/** The authorization server gave an answer that says nothing about the login; the login is kept. */
export class AuthorizationServerError extends CodexError {
  readonly code = 'ERR_AUTHORIZATION_SERVER'
  /** HTTP status of the answer. */
  readonly status: number
  /** Whether the server may have done what it was asked for all the same. */
  readonly isUncertain: boolean

  constructor(
    message: string,
    options: CodexErrorOptions & {status: number; isUncertain?: boolean},
  ) {
    super(message, options)
    this.status = options.status
    this.isUncertain = options.isUncertain ?? false
  }
}

/** Why the backend did not answer a request. */
export interface BackendRefusal {
  /** HTTP status; for an event inside a 200 answer, the status that it would have been. */
  readonly status: number
  /** The backend's `error.type`, for example `usage_limit_reached`. */
  readonly type?: string
  /** The backend's `error.code`, for example `context_length_exceeded`. */
  readonly code?: string
  /** The backend's own words. */
  readonly message?: string
  /** When a limit resets (milliseconds since the Unix epoch). */
  readonly resetsAtMs?: number
  /** ChatGPT's name of the plan, for example `plus`. */
  readonly plan?: string
  /** Length of the window that is used up, in minutes. */
  readonly windowMinutes?: number
  /** How long to wait before asking again, in milliseconds. */
  readonly retryAfterMs?: number
  /** What OpenAI's support asks for. */
  readonly requestId?: string
}

/** The backend did not answer the request; the message says why, in its words where it had some. */
export class BackendResponseError extends CodexError {
  readonly code = 'ERR_BACKEND_RESPONSE'
  readonly refusal: BackendRefusal

  constructor(
    message: string,
    {refusal, ...options}: CodexErrorOptions & {refusal: BackendRefusal},
  ) {
    super(message, options)
    this.refusal = refusal
  }
}

/** A setting from outside (an environment variable, a port) cannot be used as it is. */
export class ConfigurationError extends CodexError {
  readonly code = 'ERR_CONFIGURATION'
}

/** The backend sent an event, or an end, that the Responses protocol does not have. */
export class EventInvalidError extends CodexError {
  readonly code = 'ERR_EVENT_INVALID'
}

/** Why a login with a device code ended, where the server says so. */
export type LoginFailedReason = 'expired' | 'not_offered' | 'refused'

/** A login was started and did not succeed: refused, cancelled, or its code was not accepted. */
export class LoginFailedError extends CodexError {
  readonly code = 'ERR_LOGIN_FAILED'
  /** Absent where nothing more is known than the message says. */
  readonly reason: LoginFailedReason | undefined

  constructor(message: string, options: CodexErrorOptions & {reason?: LoginFailedReason} = {}) {
    super(message, {advice: ['retry_login'], ...options})
    this.reason = options.reason
  }
}

/** Why only a new login helps. */
export const LOGIN_REQUIRED_REASONS = [
  'deactivated',
  'expired',
  'lost',
  'not_connected',
  'other_account',
  'refused',
  'reused',
  'revoked',
] as const

/** Why only a new login helps. */
export type LoginRequiredReason = (typeof LOGIN_REQUIRED_REASONS)[number]

/** There is no login, or its refresh token no longer works; only a new login helps. */
export class LoginRequiredError extends CodexError {
  readonly code = 'ERR_LOGIN_REQUIRED'
  readonly reason: LoginRequiredReason

  constructor(message: string, options: CodexErrorOptions & {reason: LoginRequiredReason}) {
    super(message, {advice: ['log_in_again'], ...options})
    this.reason = options.reason
  }
}

/** A server could not be reached, or did not answer in time. Nothing is known about the login. */
export class NetworkError extends CodexError {
  readonly code = 'ERR_NETWORK'
  /** Whether the server may have done what it was asked for, so that nobody should ask again by himself. */
  readonly isUncertain: boolean

  constructor(message: string, options: CodexErrorOptions & {isUncertain?: boolean} = {}) {
    super(message, {advice: ['check_network'], ...options})
    this.isUncertain = options.isUncertain ?? false
  }
}

/** What came back from the browser, or was pasted, is not an answer to the login that is waiting. */
export class RedirectInvalidError extends CodexError {
  readonly code = 'ERR_REDIRECT_INVALID'

  constructor(message: string, options?: CodexErrorOptions) {
    super(message, {advice: ['retry_login'], ...options})
  }
}

/** The caller's request is not one the Responses API has. */
export class RequestInvalidError extends CodexError {
  readonly code = 'ERR_REQUEST_INVALID'
}

/** Accounts could not be written, so nothing that depends on them was done. */
export class StorageError extends CodexError {
  readonly code = 'ERR_STORAGE'
  /** Whether another program holds a lock that is needed. */
  readonly isHeld: boolean

  constructor(message: string, options: CodexErrorOptions & {isHeld?: boolean} = {}) {
    super(message, options)
    this.isHeld = options.isHeld ?? false
  }
}

/** The ChatGPT account has used up a window. Another account may still answer. */
export class UsageLimitReachedError extends CodexError {
  readonly code = 'ERR_USAGE_LIMIT_REACHED'
  /** Whether it is not a window that is used up, but the credits of the workspace. */
  readonly areCreditsDepleted: boolean
  /** The limit, where it is one for single models; the account answers for all others. */
  readonly limit: string | undefined

  constructor(
    message: string,
    options: CodexErrorOptions & {
      areCreditsDepleted?: boolean
      limit?: string | undefined
    } = {},
  ) {
    super(message, options)
    this.areCreditsDepleted = options.areCreditsDepleted ?? false
    this.limit = options.limit
  }
}

/** What kind of error it is, for a log: a message could hold what must not be logged. */
export function toErrorName(error: unknown): string {
  if (error instanceof CodexError) return error.code
  return error instanceof Error ? error.name : typeof error
}

/** What of an error may stand in a log: no words of a server, and nobody's name. */
export function toErrorFields(error: CodexError): Record<string, unknown> {
  const {code} = error
  if (!(error instanceof BackendResponseError)) return {code}
  const {status, type, code: reason = type, requestId} = error.refusal
  return {code, status, ...(reason && {reason}), ...(requestId && {requestId})}
}

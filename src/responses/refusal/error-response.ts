/**
 * Errors in the form in which OpenAI's API gives them, and its SDKs show them.
 *
 * @module
 */
import type {CodexError, CodexErrorCode} from '../../errors.ts'
import {BackendResponseError, UsageLimitReachedError} from '../../errors.ts'
import {wordError} from './word-error.ts'

/** HTTP status of our own errors. SDKs repeat a request after 408, 409, 429 and 5xx. */
const STATUS_BY_CODE: Record<CodexErrorCode, number> = {
  ERR_ACCOUNT_ID_NOT_FOUND: 401,
  ERR_ACCOUNT_UNAVAILABLE: 403,
  ERR_ANSWER_STALLED: 504,
  ERR_AUTHORIZATION_SERVER: 503,
  ERR_BACKEND_RESPONSE: 502,
  ERR_CONFIGURATION: 400,
  ERR_EVENT_INVALID: 502,
  ERR_LOGIN_FAILED: 401,
  ERR_LOGIN_REQUIRED: 401,
  ERR_NETWORK: 503,
  ERR_REDIRECT_INVALID: 400,
  ERR_REQUEST_INVALID: 400,
  ERR_STORAGE: 500,
  ERR_USAGE_LIMIT_REACHED: 429,
}

/** Says an error in the words of the host whose user reads it. */
export type Describe = (error: CodexError) => string

/**
 * The answer a caller gets in place of the one it asked for: `{"error": {message, type, code, …}}`,
 * with a `Retry-After` (RFC 9110 §10.2.3) where the time is known.
 *
 * What may help was tried before, so the answer says that a repetition will not: OpenAI's own SDKs
 * understand `x-should-retry`.
 *
 * @param describe Default: what reads the same in every host.
 */
export function toErrorResponse(error: CodexError, describe: Describe = wordError): Response {
  const {status, ...body} = toErrorBody(error)
  const again = toAgain(error)
  const headers = {'x-should-retry': 'false', ...(again !== undefined && {'retry-after': again})}
  return Response.json({error: {message: describe(error), ...body}}, {status, headers})
}

/** When it is worth asking again, as a `Retry-After` says it: a date, or a count of seconds. */
function toAgain(error: CodexError): string | undefined {
  if (error instanceof BackendResponseError) return toWaitSeconds(error)?.toString()
  const date = new Date(error.resetsAtMs ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date.toUTCString()
}

/** How long to wait, in whole seconds; `undefined` where nothing was said. */
function toWaitSeconds({refusal: {retryAfterMs}}: BackendResponseError): number | undefined {
  return retryAfterMs === undefined ? undefined : Math.max(1, Math.ceil(retryAfterMs / 1000))
}

/** When it is worth asking again, as far as that is known. */
interface AgainFields {
  /** When the limit resets (seconds since the Unix epoch), as the backend says it. */
  readonly resets_at?: number
  /** How long to wait before asking again, in seconds. */
  readonly retry_after?: number
}

/** The fields of an error that say when it is worth asking again. */
export function toAgainFields(error: CodexError): AgainFields {
  if (error instanceof UsageLimitReachedError) {
    const {resetsAtMs} = error
    return resetsAtMs === undefined ? {} : {resets_at: Math.round(resetsAtMs / 1000)}
  }
  const seconds = error instanceof BackendResponseError ? toWaitSeconds(error) : undefined
  return seconds === undefined ? {} : {retry_after: seconds}
}

interface ErrorBody extends AgainFields {
  readonly status: number
  readonly type: string
  readonly code: string
  /** What OpenAI's support asks for. */
  readonly request_id?: string
}

function toErrorBody(error: CodexError): ErrorBody {
  if (error instanceof UsageLimitReachedError) {
    const name = 'usage_limit_reached'
    return {status: STATUS_BY_CODE[error.code], type: name, code: name, ...toAgainFields(error)}
  }
  if (error instanceof BackendResponseError) {
    const {status, type, code, requestId} = error.refusal
    return {
      status,
      type: type ?? toType(status),
      code: code ?? error.code,
      ...toAgainFields(error),
      ...(requestId !== undefined && {request_id: requestId}),
    }
  }
  const status = STATUS_BY_CODE[error.code]
  return {status, type: toType(status), code: error.code}
}

function toType(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}

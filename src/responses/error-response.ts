/**
 * Errors in the form in which OpenAI's API gives them, and its SDKs show them.
 *
 * @module
 */
import type {CodexError, CodexErrorCode} from '../errors.ts'
import {BackendResponseError, UsageLimitReachedError} from '../errors.ts'

/** HTTP status of our own errors. SDKs repeat a request after 408, 409, 429 and 5xx. */
const STATUS_BY_CODE: Record<CodexErrorCode, number> = {
  ERR_ACCOUNT_ID_NOT_FOUND: 401,
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

/** The answer a caller gets in place of the one it asked for: `{"error": {message, type, code}}`. */
export function toErrorResponse(error: CodexError): Response {
  const {status, ...body} = toErrorBody(error)
  return Response.json({error: {message: error.message, ...body}}, {status})
}

function toErrorBody(error: CodexError): {status: number; type: string; code: string} {
  if (error instanceof UsageLimitReachedError) {
    const resetsAt = error.resetsAtMs === undefined ? undefined : error.resetsAtMs / 1000
    const limit = {type: 'usage_limit_reached', code: 'usage_limit_reached', resets_at: resetsAt}
    return {status: STATUS_BY_CODE[error.code], ...limit}
  }
  if (error instanceof BackendResponseError) {
    const {status, type, backendCode} = error.refusal
    return {status, type: type ?? toType(status), code: backendCode ?? error.code}
  }
  const status = STATUS_BY_CODE[error.code]
  return {status, type: toType(status), code: error.code}
}

function toType(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 429) return 'rate_limit_error'
  return status < 500 ? 'invalid_request_error' : 'server_error'
}

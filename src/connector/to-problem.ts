/**
 * Which of the connector's codes an error stands for.
 *
 * @module
 */
import {
  AccountIdNotFoundError,
  AuthorizationServerError,
  LoginFailedError,
  LoginRequiredError,
  NetworkError,
  StorageError,
  type LoginFailedReason,
} from '../errors.ts'
import {ConnectorError, type ProblemCode} from './connector-error.ts'

const REASONS: Readonly<Record<LoginFailedReason, ProblemCode>> = {
  expired: 'expired',
  not_offered: 'device_auth_disabled',
  refused: 'refused',
}

/** Says what went wrong. Whatever is not known is `internal`. */
export function toProblem(error: unknown): ProblemCode {
  if (error instanceof ConnectorError) return error.code
  if (error instanceof LoginFailedError) return error.reason ? REASONS[error.reason] : 'refused'
  if (error instanceof AuthorizationServerError) {
    return error.status === 429 ? 'rate_limited' : 'server_error'
  }
  if (error instanceof NetworkError) return 'network'
  if (error instanceof StorageError) return 'storage_failed'
  if (error instanceof LoginRequiredError) {
    return error.reason === 'not_connected' ? 'account_required' : 'login_required'
  }
  return error instanceof AccountIdNotFoundError ? 'refused' : 'internal'
}

/**
 * What can go wrong between a page and a connected account, each with a stable code.
 *
 * The texts for users, in each language, and what to do about it are in `words/`.
 *
 * @module
 */

/** Every stable code. */
export const PROBLEM_CODES = [
  'account_required',
  'api_key_refused',
  'api_key_unsupported',
  'bad_request',
  'body_not_json',
  'body_too_large',
  'busy',
  'cancelled',
  'cli_missing',
  'credential_store',
  'device_auth_disabled',
  'expired',
  'feature_disabled',
  'forbidden',
  'internal',
  'interrupted',
  'key_required',
  'login_disabled_by_policy',
  'login_required',
  'method_not_allowed',
  'network',
  'not_found',
  'origin_refused',
  'parse_failed',
  'provider_unknown',
  'provider_unsupported',
  'rate_limited',
  'refused',
  'server_error',
  'simulated',
  'spawn_failed',
  'storage_failed',
  'timeout',
  'too_many_requests',
  'unauthorized',
] as const

/** What went wrong. Switch on it; texts change. */
export type ProblemCode = (typeof PROBLEM_CODES)[number]

/** A failure that has a code, and a text for the user in every language. */
export class ConnectorError extends Error {
  override readonly name = 'ConnectorError'
  readonly code: ProblemCode

  /** @param detail For a log; it never holds a token or a code. */
  constructor(code: ProblemCode, options?: ErrorOptions & {readonly detail?: string}) {
    super(options?.detail ?? code, options)
    this.code = code
  }
}

/**
 * Whether the Codex CLI ended because the login of the account no longer works.
 *
 * @module
 */
import type {LoginRequiredReason} from '../../../errors.ts'

/**
 * What is the matter with a login: why only a new one helps; `rejected` where the server refuses its tokens and
 * yet renews them; `unreadable` where the CLI cannot read its file.
 */
export type DeadLogin = LoginRequiredReason | 'rejected' | 'unreadable'

const DEACTIVATED =
  /deactivated_workspace|account_deactivated|account_disabled|account has been deactivated|402 Payment Required/i

/** The CLI's own sentences (0.169.0 and 0.171.0) and the backend's codes, the first that fits. */
const SENTENCES: readonly (readonly [RegExp, DeadLogin])[] = [
  [DEACTIVATED, 'deactivated'],
  [/refresh token has expired/i, 'expired'],
  [/refresh token was already used/i, 'reused'],
  [/refresh token was revoked/i, 'revoked'],
  [/token could not be refreshed|log out and sign in again/i, 'refused'],
  [/failed to (?:deserialize|load) CLI auth/i, 'unreadable'],
  [/status 401 Unauthorized|token_(?:invalidated|revoked)/i, 'rejected'],
]

/** Whether a text says that the account or its workspace was switched off. */
export function isDeactivation(text: string): boolean {
  return DEACTIVATED.test(text)
}

/** What an error of the CLI says about the login; `undefined` when it is about something else. */
export function findDeadLogin(text: string): DeadLogin | undefined {
  return SENTENCES.find(([pattern]) => pattern.test(text))?.[1]
}

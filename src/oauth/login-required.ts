/**
 * The sentence for a login that ended.
 *
 * @module
 */
import {LoginRequiredError, type LoginRequiredReason} from '../errors.ts'

const REASON_TEXTS: Readonly<Record<Exclude<LoginRequiredReason, 'not_connected'>, string>> = {
  expired: 'the login has expired',
  refused: 'the login is no longer accepted',
  reused: 'another program that shares this login has used it up',
  revoked: 'the login was revoked',
}

/** The error to throw when only a new login helps. */
export function toLoginRequiredError(reason: LoginRequiredReason): LoginRequiredError {
  const message =
    reason === 'not_connected'
      ? 'No ChatGPT account is connected. Press Connect to sign in.'
      : `Token refresh failed: ${REASON_TEXTS[reason]}. Press Connect again to log in.`
  return new LoginRequiredError(message, {reason})
}

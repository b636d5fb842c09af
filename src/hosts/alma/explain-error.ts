/**
 * Errors, as the user of this host reads them.
 *
 * @module
 */
import {wordAdvice, wordError, type AdviceWords} from '../../responses/refusal/word-error.ts'
import type {CodexError} from '../../errors.ts'

/** What to do about a login that has ended, as the end of a sentence. */
export const LOG_IN_AGAIN = 'press Connect again to log in'

const WORDS: AdviceWords = {
  add_account: 'connect another account',
  log_in: 'press Connect in Settings > Providers to log in',
  log_in_again: LOG_IN_AGAIN,
  retry_login: 'press Connect to try again',
}

/** Says what happened, and what to do about it in this host. */
export function explainError(error: CodexError): string {
  return wordError(error, WORDS)
}

/** The same for a login that did not succeed: where nothing else helps, it can be begun again. */
export function explainLoginError(error: CodexError): string {
  const isAdvised = wordAdvice(error, WORDS) !== undefined
  return isAdvised ? explainError(error) : `${error.message} Press Connect to try again.`
}

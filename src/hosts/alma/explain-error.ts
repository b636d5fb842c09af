/**
 * Errors, as the user of this host reads them.
 *
 * @module
 */
import {wordAdvice, wordError, type HostWords} from '../../responses/refusal/word-error.ts'
import {BackendResponseError, type CodexError} from '../../errors.ts'

/** What to do, in the names of this host's buttons and commands, each as the end of a sentence. */
export const WORDS = {
  add_account: 'log in with another account',
  check_network: undefined,
  list_accounts: undefined,
  log_in: 'press Connect in Settings > Providers to log in',
  log_in_again: 'press Connect again to log in',
  retry_login: 'press Connect to try again',
} satisfies HostWords

/** Said by each command that needs an account, where there is none. */
export const NO_ACCOUNT = 'No ChatGPT account is logged in. Run “Login to ChatGPT (Codex)”.'

/** Says what happened, and what to do about it in this host. */
export function explainError(error: CodexError): string {
  const sentence = wordError(error, WORDS)
  // Users of the plugin before this one look for these words.
  return isTooMuch(error) ? `Codex API error: 429. ${sentence}` : sentence
}

/** The same for a login that did not succeed: where nothing else helps, it can be begun again. */
export function explainLoginError(error: CodexError): string {
  const isAdvised = wordAdvice(error, WORDS) !== undefined
  return isAdvised ? explainError(error) : `${error.message} Press Connect to try again.`
}

function isTooMuch(error: CodexError): boolean {
  if (error instanceof BackendResponseError) return error.refusal.status === 429
  return error.code === 'ERR_USAGE_LIMIT_REACHED'
}

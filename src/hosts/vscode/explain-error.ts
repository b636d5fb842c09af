/**
 * Errors, as the user of the editor reads them.
 *
 * @module
 */
import type {Log} from '../../base/log.ts'
import {wordError, type AdviceWords} from '../../responses/refusal/word-error.ts'
import {CodexError, toErrorName} from '../../errors.ts'

/** What to do about a login that has ended, as the end of a sentence. */
export const LOG_IN_AGAIN = 'run “Codex: Log In”'

/** A login that failed is not in here: its message has a button for another way. */
const WORDS: AdviceWords = {
  add_account: 'log in with another account',
  log_in: 'run “Codex: Log In”',
  log_in_again: LOG_IN_AGAIN,
}

/** Says what happened, and what to do about it in this host. */
export function explainError(error: CodexError): string {
  return wordError(error, WORDS)
}

/** The same for whatever a command throws. What is not ours to explain is logged, and the user is told where. */
export function explainFailure(error: unknown, log: Log): string {
  if (error instanceof CodexError) return explainError(error)
  log.error('A command failed for an unknown reason', {name: toErrorName(error)})
  return 'That did not work. Try again. If it keeps failing, run “Codex: Show Log” to see more.'
}

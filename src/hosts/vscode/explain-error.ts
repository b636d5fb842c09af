/**
 * Errors, as the user of the editor reads them.
 *
 * @module
 */
import type {Log} from '../../base/log.ts'
import {wordError, type HostWords} from '../../responses/refusal/word-error.ts'
import {CodexError, toErrorName} from '../../errors.ts'

/** What to do, in the names of this host's commands, each as the end of a sentence. */
export const WORDS = {
  add_account: 'log in with another account',
  check_network: undefined,
  list_accounts: 'run “Codex: Status” to see the accounts',
  log_in: 'run “Codex: Log In”',
  log_in_again: 'run “Codex: Log In”',
  // The message has a button for another way.
  retry_login: undefined,
} satisfies HostWords

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

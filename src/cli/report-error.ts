/**
 * Errors in the words of the command line: each is a sentence and a hint.
 *
 * @module
 */
import {CodexError} from '../errors.ts'
import {wordAdvice, type HostWords} from '../responses/refusal/word-error.ts'
import {toTerminalLine} from '../base/plain-text.ts'
import type {Io} from './io.ts'

/** An error with advice that only the command can give. */
export class CommandError extends Error {
  readonly hint: string | undefined

  constructor(message: string, options: ErrorOptions & {readonly hint?: string} = {}) {
    super(message, options)
    this.hint = options.hint
  }
}

/** What to do about an error, as commands. Whoever asks the gateway reads them, too. */
export const ADVICE_WORDS = {
  add_account: 'run `cao add <name>` to log in with another account',
  check_network: 'run `cao status --doctor` to try each server',
  list_accounts: 'run `cao list` to see the names',
  log_in: 'run `cao add <name>` to log in',
  log_in_again: 'run `cao add <name>` to log in again',
  retry_login: 'run the command again to get a new page',
} satisfies HostWords

/** Says what went wrong: one sentence, and what to do. */
export function reportError(error: unknown, io: Pick<Io, 'err'>, isDebug: boolean): void {
  const {message, hint} = explain(error)
  io.err(`Error: ${toTerminalLine(message)}`)
  if (hint !== undefined) io.err(`Hint: ${hint}`)
  if (isDebug && error instanceof Error) io.err(error.stack ?? '')
}

function explain(error: unknown): {readonly message: string; readonly hint: string | undefined} {
  if (error instanceof CommandError) return error
  const text = error instanceof Error ? error.message : String(error)
  if (!(error instanceof CodexError)) {
    return {message: text, hint: 'Run it again with --debug to see where this comes from.'}
  }
  return {message: text, hint: wordAdvice(error, ADVICE_WORDS)}
}

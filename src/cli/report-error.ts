/**
 * Errors, as a person on a command line should see them.
 *
 * @module
 */
import {CodexError, type CodexErrorCode} from '../errors.ts'
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

/** What other hosts advise; here, one runs a command. */
const ADVICE =
  /\s?(?:(?:Check both, then p|P)ress Connect[^.]{0,200}\.|Log out, then connect again\.)$/

const HINTS: Partial<Record<CodexErrorCode, string>> = {
  ERR_LOGIN_REQUIRED: 'Run `cao add <name>` to sign in again.',
  ERR_LOGIN_FAILED: 'Run the command again to try once more.',
  ERR_REDIRECT_INVALID: 'Run the command again, and use the newest page.',
  ERR_NETWORK: 'Check the connection and the proxy: `cao status --doctor` tries each server.',
}

/** Says what went wrong: one sentence, and what to do. */
export function reportError(error: unknown, io: Io, isDebug: boolean): void {
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
  const isUnknown = text.startsWith('Account not found')
  const hint = isUnknown ? 'Run `cao list` to see the names.' : HINTS[error.code]
  return {message: text.replace(ADVICE, ''), hint}
}

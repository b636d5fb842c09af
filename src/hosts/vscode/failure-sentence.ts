/**
 * What the person reads when a command failed.
 *
 * @module
 */
import {CodexError, toErrorName} from '../../errors.ts'
import type {Log} from '../../base/log.ts'
import {toEditorSentence} from './chat/chat-errors.ts'

/** The sentence of an error of ours; of any other, where to read more, which is logged then. */
export function toFailureSentence(error: unknown, log: Log): string {
  if (error instanceof CodexError) return toEditorSentence(error.message)
  log.error('It failed for a reason nobody thought of', {name: toErrorName(error)})
  return 'That did not work. Try again; if it keeps failing, “Codex: Show Log” has more.'
}

/**
 * What a run of the Codex CLI came to, as far as the account is concerned.
 *
 * @module
 */
import {findDeadLogin, type DeadLogin} from '../../accounts/directories/codex/dead-login.ts'
import type {ExhaustionWatcher} from './exhaustion.ts'
import type {SessionEnd} from '../../accounts/directories/codex/session-file.ts'

/** Why another account could do better; `done` when it is not about the account, or there is nothing to do. */
export type Ending =
  | {readonly kind: 'dead'; readonly reason: DeadLogin}
  | {readonly kind: 'done'}
  | {readonly kind: 'exhausted'; readonly resetsAtMs: number | undefined}

const NO_SESSION: SessionEnd = {kind: 'unclear', message: '', resetsAtMs: undefined}

const DONE: Ending = {kind: 'done'}

/**
 * What the CLI wrote about its end counts first: the session file, then events and the line that it ended with;
 * other words count only where those are silent.
 */
export function findEnding(
  session: SessionEnd | undefined,
  watcher: ExhaustionWatcher | undefined,
): Ending {
  // Takes in the rest of the output.
  const isSaid = watcher?.end() ?? false
  const {kind, message, resetsAtMs} = session ?? NO_SESSION
  if (kind === 'exhausted') return {kind, resetsAtMs}
  if (kind === 'other') return DONE
  const reason = findDeadLogin([watcher?.errorText, message].join('\n'))
  if (kind === 'unauthorized') return {kind: 'dead', reason: reason ?? 'refused'}
  if (isSaid) return {kind: 'exhausted', resetsAtMs}
  return reason ? {kind: 'dead', reason} : DONE
}

/**
 * What a run without an answer means, in a sentence for the chat.
 *
 * @module
 */
import {findDeadLogin} from '../../accounts/directories/codex/dead-login.ts'
import type {SessionEnd} from '../../accounts/directories/codex/session-file.ts'
import {toPlainText} from '../../base/plain-text.ts'
import {AgentError, type AgentErrorCode} from '../agent-error.ts'
import {toClockTime} from '../to-clock-time.ts'
import type {CodexProgress} from './codex-events.ts'
import type {ProgramEnd, StopReason} from './run-program.ts'

/** All that is known of a run that gave no answer. */
export interface FailedRun {
  readonly progress: CodexProgress
  readonly end: ProgramEnd
  /** What the CLI wrote down about the conversation. */
  readonly session: SessionEnd | undefined
  /** What helps where OpenAI refuses the login or the key, as a sentence. */
  readonly loginAdvice: string
  readonly timeoutMs: number
  /** Time zone of the chat. */
  readonly timeZone?: string | undefined
}

const LIMIT =
  /hit your usage limit|usage[ _]limit[ _]?(?:has been )?(?:reached|exceeded)|hit your spend cap|usage_not_included|insufficient_quota|out of credits|quota (?:exceeded|exhausted)/i
const STALE =
  /no rollout found|thread\/resume failed|thread not found|conversation not found|invalid_encrypted_content/i
const CONFIG =
  /error loading config|unknown variant|failed to (?:parse|load|read) config|invalid configuration|TOML parse error|unexpected argument|invalid value .* for/i
const NETWORK =
  /waiting for network|error sending request|dns error|connection (?:refused|reset)|stream disconnected|timed out|network (?:is )?unreachable|tcp connect|bad gateway|service unavailable|gateway timeout|50[0234] /i
const SPACE = /no space left on device|disk (?:is )?full|os error 28|quota exceeded \(os error/i

/** The error for a run without an answer. */
export function classifyFailure(run: FailedRun): AgentError {
  const {end, progress, session} = run
  const said = [progress.failure, end.errorTail.slice(-4000), ...progress.notes].join('\n')
  const code = findCode(run, said)
  const untilMs = code === 'usage_limit' ? session?.resetsAtMs : undefined
  const detail = toPlainText(progress.failure ?? end.errorTail.trim().split('\n').at(-1) ?? '')
  const message = toSentence(code, {...run, untilMs, detail})
  return new AgentError(code, message, {untilMs, detail})
}

/** What the CLI says of the account, its files and the conversation, whoever ended it. */
function findSaidCode({progress, session}: FailedRun, said: string): AgentErrorCode | undefined {
  if (SPACE.test(said)) return 'storage'
  if (session?.kind === 'exhausted' || LIMIT.test(progress.failure ?? '')) return 'usage_limit'
  if (session?.kind === 'unauthorized' || findDeadLogin(said)) return 'auth_expired'
  return STALE.test(said) ? 'stale_thread' : undefined
}

function findStopCode(reason: StopReason, {notes}: CodexProgress): AgentErrorCode {
  if (reason === 'aborted') return 'crashed'
  // Without a network, the CLI tries again for ever.
  const isOffline = reason !== 'output' && NETWORK.test(notes.at(-1) ?? '')
  return isOffline ? 'network' : 'timeout'
}

function findCode(run: FailedRun, said: string): AgentErrorCode {
  const {end, progress} = run
  const known = findSaidCode(run, said)
  if (known) return known
  if (end.stoppedBy !== undefined) return findStopCode(end.stoppedBy, progress)
  if (/Not inside a trusted directory/.test(said)) return 'untrusted_dir'
  if (CONFIG.test(end.errorTail) && progress.threadId === undefined) return 'config_invalid'
  if (!progress.isCompleted) return NETWORK.test(said) ? 'network' : 'crashed'
  return progress.unsandboxed > 0 ? 'sandbox_unavailable' : 'empty_result'
}

const SENTENCES: Readonly<Partial<Record<AgentErrorCode, string>>> = {
  empty_result: 'Codex has ended without an answer. Ask again.',
  network:
    'Codex could not reach OpenAI. Check the connection and the proxy of the host, then ask again.',
  sandbox_unavailable:
    'Codex could not run any command, because its sandbox cannot be set up here. Run it in a container, or with the policy “full”.',
  stale_thread: 'The conversation with Codex is not there any more. Ask again to begin a new one.',
  storage:
    'Codex could not work, because the disk of the host is full. Free some space, then ask again.',
  timeout: 'Codex was stopped because its output did not end. Ask again with a smaller task.',
  untrusted_dir:
    'Codex does not trust the folder of this group. Run `cao agent doctor` on the host.',
}

interface SentenceFacts extends FailedRun {
  readonly untilMs: number | undefined
  readonly detail: string
}

function toSentence(code: AgentErrorCode, facts: SentenceFacts): string {
  const {detail, loginAdvice, timeoutMs, timeZone, untilMs} = facts
  const why = detail === '' ? 'it does not say why' : detail
  if (facts.end.stoppedBy === 'aborted') return 'Codex was stopped by its host. Ask again.'
  if (code === 'usage_limit') {
    const when = untilMs === undefined ? 'later' : `after ${toClockTime(untilMs, timeZone)}`
    return `Codex has reached the usage limit of its account. Ask again ${when}, or log in with another account.`
  }
  if (code === 'auth_expired') return loginAdvice
  if (code === 'timeout' && facts.end.stoppedBy !== 'output') {
    return `Codex was stopped because it took too long (${Math.round(timeoutMs / 1000)} s at most). Ask again with a smaller task.`
  }
  if (code === 'config_invalid') {
    return `Codex does not accept its config.toml: ${why}. Correct it; \`cao agent doctor\` on the host says where it is.`
  }
  return SENTENCES[code] ?? `Codex has ended without an answer: ${why}. Ask again.`
}

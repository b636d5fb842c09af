/**
 * The shapes of answers, as pages and programs of orchestrators read them.
 *
 * @module
 */
import type {Clock} from '../../base/clock.ts'
import type {AccountState} from '../accounts/account-place.ts'
import type {ProblemCode} from '../connector-error.ts'
import type {CliInfo} from '../drivers/login-driver.ts'
import type {Flow, FlowStatus} from '../flow/flow.ts'
import type {Language} from '../words/language.ts'
import {toProblemWords} from '../words/problem-words.ts'
import {describeFlow, describeState} from '../words/state-words.ts'

/** The JSON of an answer. */
export type AnswerBody = Readonly<Record<string, unknown>>

/** For programs that know only how a login ends: one that waits for `completed` or `failed`. */
const STATES: Readonly<Record<FlowStatus, 'completed' | 'failed' | 'pending'>> = {
  cancelled: 'failed',
  expired: 'failed',
  failed: 'failed',
  interrupted: 'failed',
  pending: 'pending',
  simulated: 'failed',
  starting: 'pending',
  succeeded: 'completed',
}

/** For whom, and when it is answered. */
export interface AnswerMoment {
  readonly language: Language
  readonly now: Clock
}

/** The answer to starting a login: `pending`, or `error` with an `action`. */
export function toLoginAnswer(flow: Flow, moment: AnswerMoment): AnswerBody {
  const answer = toFlowAnswer(flow, moment)
  return flow.problem ? {...answer, status: 'error', login_status: flow.status} : answer
}

/** A login as it is, with both `status` and `state`. */
export function toFlowAnswer(flow: Flow, {language, now}: AnswerMoment): AnswerBody {
  const {account, code, createdAtMs, id, problem, status, updatedAtMs, version} = flow
  return {
    status,
    state: STATES[status],
    message: describeFlow(flow, language),
    poll_id: id,
    flow_id: id,
    version,
    created_at: toIso(createdAtMs),
    updated_at: toIso(updatedAtMs),
    ...(code && {
      verification_url: code.verificationUrl,
      user_code: code.userCode,
      expires_at: toIso(code.expiresAtMs),
      // The clock of the page may be wrong.
      expires_in: Math.max(0, Math.round((code.expiresAtMs - now()) / 1000)),
    }),
    ...(problem && {code: problem, action: toProblemWords(problem, language).action}),
    ...(account && toAccountFields(account)),
  }
}

/** The answer to starting an account login. */
export function toAccountLoginAnswer(
  flow: Flow,
  {providerId, ...moment}: AnswerMoment & {readonly providerId: string},
): AnswerBody {
  const {verification_url = null, user_code = null, ...rest} = toFlowAnswer(flow, moment)
  const status = flow.problem ? 'PROVIDER_AUTH_FAILED' : 'PROVIDER_AUTH_PENDING'
  return {...rest, status, provider_id: providerId, verification_url, user_code}
}

/** An account login as it is: `pending`, `approved` or `failed`. */
export function toStoredFlowAnswer(flow: Flow, moment: AnswerMoment): AnswerBody {
  const {verification_url = null, user_code = null, ...rest} = toFlowAnswer(flow, moment)
  const status = {completed: 'approved', failed: 'failed', pending: 'pending'}[STATES[flow.status]]
  const auth_ref = flow.account?.authRef ?? null
  return {...rest, status, provider_id: 'codex', verification_url, user_code, auth_ref}
}

/** Whether an account is connected, whose, and what is left of it. */
export function toStatusAnswer(
  state: AccountState,
  {
    cli,
    isSimulated,
    language,
  }: {
    readonly cli: CliInfo | undefined
    readonly isSimulated: boolean
    readonly language: Language
  },
): AnswerBody {
  const {account, isAuthenticated, isVerified, method, problem, windows} = state
  return {
    authenticated: isAuthenticated,
    method: method === 'none' ? null : method,
    detail: describeState(state, {isSimulated, language}),
    verified: isVerified,
    ...(problem && {code: problem, action: toProblemWords(problem, language).action}),
    ...(account && toAccountFields(account)),
    ...(windows && {
      usage: windows.map(({leftPercent, resetsAtMs, window}) => ({
        window,
        left_percent: leftPercent,
        ...(resetsAtMs !== undefined && {resets_at: toIso(resetsAtMs)}),
      })),
    }),
    ...(cli && {cli}),
  }
}

/** A failure. `detail` is where some frameworks look for the sentence. */
export function toProblemAnswer(code: ProblemCode, language: Language): AnswerBody {
  const {action, message} = toProblemWords(code, language)
  return {status: 'error', code, message, detail: message, action}
}

function toAccountFields({authRef, email, plan}: NonNullable<Flow['account']>): AnswerBody {
  return {...(email !== undefined && {email}), ...(plan !== undefined && {plan}), auth_ref: authRef}
}

function toIso(timeMs: number): string {
  return new Date(timeMs).toISOString()
}

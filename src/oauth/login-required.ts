/**
 * The sentence for a login that ended.
 *
 * @module
 */
import {LoginRequiredError, type Advice, type LoginRequiredReason} from '../errors.ts'
import {toLocalTime} from '../base/local-time.ts'

/** What the sentence can say beside the reason. */
export interface LoginRequiredDetails {
  /** How the user knows the account. */
  readonly label?: string
  /** Who used the refresh token up, for example `the Codex CLI in ~/.codex`. */
  readonly rotatedBy?: string
  /** When that happened (milliseconds since the Unix epoch). */
  readonly rotatedAtMs?: number
  readonly cause?: unknown
}

const SENTENCES: Readonly<Record<LoginRequiredReason, (details: LoginRequiredDetails) => string>> =
  {
    deactivated: ({label}) =>
      explain(
        `the account or workspace${label === undefined ? '' : ` of ${label}`} was deactivated by OpenAI or its owner`,
      ),
    expired: () => explain('the login has expired'),
    lost: ({rotatedAtMs}) =>
      explain(
        `the answer to an earlier try${toTime(rotatedAtMs)} was lost on its way, and with it the login`,
      ),
    not_connected: () => 'No ChatGPT account is logged in.',
    other_account: () =>
      explain(
        'the login server answered with the login of another user or workspace, which was not stored',
      ),
    refused: () => explain('the login is no longer accepted'),
    reused: (details) => explain(toReuse(details)),
    revoked: () => explain('the login was revoked'),
  }

/** What helps, where it is not a new login of the same account alone. */
const ADVICE: Readonly<Partial<Record<LoginRequiredReason, readonly Advice[]>>> = {
  deactivated: ['add_account'],
  not_connected: ['log_in'],
}

/** The error to throw when only a new login helps. */
export function toLoginRequiredError(
  reason: LoginRequiredReason,
  {cause, ...details}: LoginRequiredDetails = {},
): LoginRequiredError {
  return new LoginRequiredError(SENTENCES[reason](details), {
    reason,
    ...(ADVICE[reason] && {advice: ADVICE[reason]}),
    ...(cause !== undefined && {cause}),
  })
}

function explain(fact: string): string {
  return `Token refresh failed: ${fact}.`
}

function toReuse({rotatedBy, rotatedAtMs}: LoginRequiredDetails): string {
  if (rotatedBy === undefined) return 'another program that shares this login has used it up'
  return `another program (${rotatedBy}) used this login up${toTime(rotatedAtMs)}`
}

function toTime(timeMs: number | undefined): string {
  return timeMs === undefined ? '' : ` on ${toLocalTime(timeMs)}`
}

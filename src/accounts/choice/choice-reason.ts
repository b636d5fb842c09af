/**
 * Why a request was answered by the account that answered it, as data.
 *
 * @module
 */
import type {AccountChoice, FailedAttempt, JudgedAccount} from './account-choice.ts'
import type {AccountVerdict, UsableVerdict} from './account-verdict.ts'

/** Why a request, or a conversation, did not go to an account, or left it. */
export type LeftCause =
  | Exclude<FailedAttempt['reason'], undefined>
  /** It is above a ceiling of the user's. */
  | 'ceiling'
  /** It could not answer this one request, for example because it may not use the model. */
  | 'failed'
  | 'paused'
  /** What is left is kept from this request. */
  | 'reserve'

/** An account that did not answer, and why. */
export interface LeftAccount {
  readonly accountId: string
  /** How the user knows the account. */
  readonly label: string
  readonly cause: LeftCause
  /** Until when that is so (milliseconds since the Unix epoch), where it is a matter of time. */
  readonly untilMs?: number
}

/** Why it was this account. */
export type ChoiceKind =
  /** None could answer, and this one is back first: it might have been back already. */
  | 'back-first'
  /** Nobody has answered. */
  | 'nobody'
  /** There is no other. */
  | 'only'
  /** It alone could answer; `passedOver` says what was the matter with the others. */
  | 'only-usable'
  /** Something else than an account answered, which costs money. */
  | 'overflow'
  /** Another one was asked before it in this request, or had the conversation; see `from`. */
  | 'went-over'
  | UsableVerdict['kind']

/** Why a request was answered by the account that answered it. */
export interface ChoiceReason {
  readonly kind: ChoiceKind
  /** Absent when nobody has answered. */
  readonly accountId?: string
  readonly label?: string
  /** Of `higher-priority`. */
  readonly priority?: number
  /** Of `most-left`, where it is known: 0 to 100. */
  readonly leftPercent?: number
  /** Of `went-over`. */
  readonly from?: LeftAccount
  /** Accounts that were not asked because they could not answer this request, in the order of the store. */
  readonly passedOver: readonly LeftAccount[]
}

/** Reads it from a choice, which may still be under way. */
export function toChoiceReason(choice: AccountChoice): ChoiceReason {
  const {answeredBy, candidates} = choice
  const others = candidates.filter(({accountId}) => accountId !== answeredBy)
  const passedOver = others.flatMap(toPassedOver)
  const answering = candidates.find(({accountId}) => accountId === answeredBy)
  if (answeredBy === undefined) return {kind: 'nobody', passedOver}
  const account = {accountId: answeredBy, ...(answering && {label: answering.label})}
  const from = findFrom(choice, passedOver)
  if (from) return {kind: 'went-over', ...account, from, passedOver}
  // An account that came while the request was under way was not judged.
  if (!answering || candidates.length === 1) return {kind: 'only', ...account, passedOver}
  const {verdict} = answering
  if (!isUsable(verdict)) return {kind: 'back-first', ...account, passedOver}
  if (verdict.kind !== 'stays' && passedOver.length === others.length) {
    return {kind: 'only-usable', ...account, passedOver}
  }
  return {...toFacts(verdict), ...account, passedOver}
}

/** The account that was asked last before, else the one that the conversation was with, when that cannot go on. */
function findFrom(
  {answeredBy, candidates, failures, lastId}: AccountChoice,
  passedOver: readonly LeftAccount[],
): LeftAccount | undefined {
  const failed = failures.findLast(({accountId}) => accountId !== answeredBy)
  if (!failed) return passedOver.find(({accountId}) => accountId === lastId)
  const {accountId, reason: cause = 'failed', untilMs} = failed
  const {label = accountId.slice(0, 8)} =
    candidates.find((candidate) => candidate.accountId === accountId) ?? {}
  return {accountId, label, cause, ...(untilMs !== undefined && {untilMs})}
}

function toPassedOver({accountId, label, verdict}: JudgedAccount): readonly LeftAccount[] {
  const cause = toCause(verdict)
  if (cause === undefined) return []
  return [{accountId, label, cause, ...('untilMs' in verdict && {untilMs: verdict.untilMs})}]
}

const CAUSES: Readonly<Partial<Record<AccountVerdict['kind'], LeftCause>>> = {
  'above-ceiling': 'ceiling',
  'login-required': 'login_required',
  paused: 'paused',
  'reserve-kept': 'reserve',
}

function toCause(verdict: AccountVerdict): LeftCause | undefined {
  return verdict.kind === 'rests' ? verdict.reason : CAUSES[verdict.kind]
}

function isUsable(verdict: AccountVerdict): verdict is UsableVerdict {
  return toCause(verdict) === undefined
}

function toFacts(verdict: UsableVerdict): Pick<ChoiceReason, 'kind' | 'leftPercent' | 'priority'> {
  if (!('leftPercent' in verdict)) return verdict
  const {kind, leftPercent} = verdict
  return {kind, ...(leftPercent !== undefined && {leftPercent})}
}

/**
 * From a request that has ended to its line in the history.
 *
 * @module
 */
import type {ChoiceReason} from '../../accounts/choice/choice-reason.ts'
import type {Exchange, ExchangeEnd, ExchangeFacts, RequestHead} from '../exchange/exchange.ts'
import type {FinishedRequest, NamedParty} from '../history/finished-request.ts'
import type {SwitchCosts} from '../history/switch-costs.ts'
import {describeReason} from '../reasons/describe-reason.ts'

/** What is known of a request beside what the gateway itself has seen. */
export interface RequestNotes {
  /** Why there was no answer, for example `ERR_USAGE_LIMIT_REACHED`. */
  readonly code?: string | undefined
  /** With the names that the user gives to accounts. */
  readonly reason?: ChoiceReason | undefined
  readonly isPaid?: boolean | undefined
}

/** Requests that are for a model; all else that passes through a gateway is not kept. */
const ENDPOINT = /\/(responses(?:\/compact)?|chat\/completions|messages|images\/\w+)$/

/** Whether it is for a model. */
export function isModelRequest({method, path}: RequestHead): boolean {
  return method === 'POST' && ENDPOINT.test(path)
}

/** The request as it is kept; `undefined` when it was none for a model. */
export function toFinishedRequest(
  {client, facts, head, id, startedAtMs}: Exchange,
  end: ExchangeEnd,
  {costs, notes}: {readonly costs: SwitchCosts; readonly notes: RequestNotes},
): FinishedRequest | undefined {
  const [, endpoint] = ENDPOINT.exec(head.path) ?? []
  if (endpoint === undefined || head.method !== 'POST') return undefined
  const {reason} = notes
  const account = toParty(reason)
  return {
    id,
    startedAtMs,
    client: {id: client.id, label: client.name},
    endpoint,
    status: end.status,
    code: notes.code ?? (end.isCut ? 'cut' : undefined),
    ...toModelFacts(facts),
    firstWordMs: end.firstByteAtMs === undefined ? undefined : end.firstByteAtMs - startedAtMs,
    durationMs: end.endedAtMs - startedAtMs,
    tokens: facts.tokens,
    account,
    reason: reason?.kind,
    why: reason && describeReason(reason),
    switchedFrom: toParty(reason?.from),
    switchCost: account && findSwitchCost(facts, account, costs),
    isPaid: notes.isPaid,
  }
}

function toModelFacts({asked, sent}: ExchangeFacts) {
  return {model: sent?.model, askedEffort: asked?.effort ?? sent?.effort, effort: sent?.effort}
}

function findSwitchCost(
  {conversationId, tokens}: ExchangeFacts,
  {id: accountId}: NamedParty,
  costs: SwitchCosts,
): FinishedRequest['switchCost'] {
  if (conversationId === undefined || !tokens) return undefined
  return costs.note({conversationId, accountId, tokens})
}

function toParty(
  account: {readonly accountId?: string; readonly label?: string} | undefined,
): NamedParty | undefined {
  const {accountId: id, label} = account ?? {}
  return id === undefined ? undefined : {id, label: label ?? id.slice(0, 8)}
}

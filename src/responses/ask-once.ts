/**
 * One attempt at an answer: as one account, with one token.
 *
 * @module
 */
import type {Account} from '../accounts/account.ts'
import {toAccountLabel} from '../accounts/account.ts'
import {toJsonObject, toList, type JsonObject} from '../base/json-object.ts'
import type {Answer} from './answer/answer.ts'
import {collectResponse} from './answer/collect-response.ts'
import {openAnswer} from './answer/open-answer.ts'
import type {Backend} from './backend.ts'
import {reportEvent, reportRefusal} from './report-usage.ts'
import type {RequestSource, SendableRequest} from './request-source.ts'
import {restoreToolNames} from './restore-tool-names.ts'
import {readTraceHeaders, type TraceHeaders} from './trace-headers.ts'
import {postAsAccount} from './transport/http/post-as-account.ts'
import type {Caller, OpenedAnswer, Transport} from './transport/opened-answer.ts'
import {readTurnState, TURN_STATE_HEADER} from './turn-states.ts'

/** An answer that has begun. */
export interface BegunAnswer {
  readonly answer: Answer
  readonly trace: TraceHeaders
  /** The whole response, for a caller who wants one object: the answer has been read to its end. */
  readonly response?: JsonObject
}

/** What is asked, by whom, and how to stop. */
export interface AttemptOptions extends Omit<Caller, 'token'> {
  readonly source: RequestSource
  /** Whether to leave out reasoning that only another account can read. */
  readonly isNeutral: boolean
}

/** Makes an attempt, which resolves once the first word has come, or the whole of an answer that is one object. */
export function createAttempt(
  {source, isNeutral, account, signal}: AttemptOptions,
  backend: Backend,
): (token: string) => Promise<BegunAnswer> {
  return async (token) => {
    const {log, now, turnStates} = backend
    const request = await source.take({
      accountId: account.id,
      isNeutral,
      isForApp: account.tokens.app !== undefined,
    })
    const turn = {conversationId: request.conversationId, accountId: account.id}
    const refused = toRefused(request, account, backend)
    const asked = {account, askedAtMs: now()}
    const send: Transport = (call) => postAsAccount(call, backend, backend.send ?? backend.fetch)
    const opened = await send({
      path: '/codex/responses',
      accept: 'text/event-stream',
      account,
      token,
      signal,
      refused,
      takeBody: request.takeBody,
      headers: toHeaders(request, turnStates?.get(turn)),
    })
    turnStates?.learn(turn, opened.headers.get(TURN_STATE_HEADER))
    const trace = readTraceHeaders(opened.headers)
    if (Object.keys(trace).length > 0) log.debug('The backend answers', trace)
    const answer = await readOn(opened, {request, refused, asked, turn, signal}, backend)
    const response = request.stream ? undefined : await collectResponse(answer, {now})
    if (response) rememberBuilt(response, {account, answer, request, items: backend.items})
    return {answer, trace, ...(response && {response})}
  }
}

/** Items that came in deltas alone were put together for the object, and are known from it only. */
function rememberBuilt(
  {id, output}: JsonObject,
  {
    account,
    answer,
    request,
    items,
  }: Pick<Backend, 'items'> & {
    readonly account: Account
    readonly answer: Answer
    readonly request: SendableRequest
  },
): void {
  const built = toList(output).map(toJsonObject)
  const known = Math.max(answer.itemCount(), toList(answer.result()['output']).length)
  if (built.length <= known) return
  for (const item of built) {
    items.remember(item, JSON.stringify(item).length)
    items.rememberOwner(item, account.id)
  }
  request.remember?.(id, built)
}

function toRefused({model}: SendableRequest, account: Account, {explainModel}: Backend) {
  return {label: toAccountLabel(account), model, ...(explainModel && {explainModel})}
}

function toHeaders(
  {conversationId, lite}: SendableRequest,
  turnState: string | undefined,
): Readonly<Record<string, string>> {
  return {
    'session-id': conversationId,
    'thread-id': conversationId,
    ...(turnState !== undefined && {[TURN_STATE_HEADER]: turnState}),
    ...(lite && {'x-openai-internal-codex-responses-lite': 'true'}),
  }
}

interface Asked {
  readonly request: SendableRequest
  readonly refused: ReturnType<typeof toRefused>
  readonly asked: {readonly account: Account; readonly askedAtMs: number}
  readonly turn: {readonly conversationId: string; readonly accountId: string}
  readonly signal: AbortSignal | undefined
}

/** Waits for the first word. What the answer says beside its words is told to those whom it concerns. */
function readOn(
  {body, limits: {activeLimit, fullUntilMs}}: OpenedAnswer,
  {request: {remember, renamedTools}, refused, asked, turn, signal}: Asked,
  backend: Backend,
): Promise<Answer> {
  const {checkIntervalMs, idleLimitMs, items, now, scope, turnStates} = backend
  const output: JsonObject[] = []
  return openAnswer(restoreToolNames(body, renamedTools), {
    request: {
      ...refused,
      activeLimit,
      fullUntilMs,
      onRefusal: (refusal) => reportRefusal(refusal, {...asked, activeLimit}, backend),
    },
    onItem(event, characters) {
      const item = toJsonObject(event['item'])
      items.remember(item, characters)
      items.rememberOwner(item, asked.account.id)
      if (remember) output.push(item)
    },
    onMetadata: (event) => turnStates?.learn(turn, readTurnState(event)),
    onLimits: (event) => reportEvent(event, asked, backend),
    replaceLimits: scope?.replaceLimits,
    onResult(response) {
      const {id, output: whole} = response
      scope?.onResult?.(response)
      remember?.(id, output.length > 0 ? output : toList(whole).map(toJsonObject))
    },
    now,
    signal,
    checkIntervalMs,
    idleLimitMs,
  })
}
